using System.CommandLine;

namespace RagPy.Ingestion.Commands;

/// <summary><c>doctor</c>: what was found, what was chosen, and what to do about what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Say what was found and chosen, and what is missing.") { json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(json), cancellationToken));

        return command;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        await foreach (var finding in DoctorChecks.RunAsync(cancellationToken))
        {
            findings.Add(finding);
            if (!json)
                Console.Out.WriteLine($"{Mark(finding.Verdict)} {finding.Subject}: {finding.Text}");
        }

        if (json)
            JsonOutput.WriteLine(
                findings.Select(finding => new
                {
                    finding.Subject,
                    Verdict = finding.Verdict.ToString().ToLowerInvariant(),
                    finding.Text,
                })
            );

        return findings.Any(finding => finding.Verdict == DoctorVerdict.Missing) ? ExitCode.CouldNotRun : ExitCode.Success;
    }

    private static string Mark(DoctorVerdict verdict) =>
        verdict switch
        {
            DoctorVerdict.Good => "[ok]     ",
            DoctorVerdict.Note => "[note]   ",
            _ => "[missing]",
        };
}
