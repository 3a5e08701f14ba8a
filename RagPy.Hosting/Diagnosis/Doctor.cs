using RagPy.Hosting.Running;

namespace RagPy.Hosting.Diagnosis;

/// <summary><c>doctor</c>: what was found, what is chosen and why, and what to do about what is missing. It starts nothing.</summary>
internal sealed class Doctor(AppDefinition app, RunConsole console)
{
    /// <summary>Says everything.</summary>
    /// <returns>0, or 1 when something is missing without which the application cannot run.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var isGood = true;
        await foreach (var finding in DoctorChecks.RunAsync(app, cancellationToken))
        {
            isGood &= finding.Verdict != Verdict.Missing;
            console.Say($"{Mark(finding.Verdict)} {finding.Subject}: {finding.Text}");
        }

        return isGood ? 0 : 1;
    }

    private static string Mark(Verdict verdict) =>
        verdict switch
        {
            Verdict.Good => "[ok]     ",
            Verdict.Note => "[note]   ",
            _ => "[missing]",
        };
}
