using System.CommandLine;

namespace RagPy.Ingestion.Commands;

/// <summary>The folder that <c>--out</c> names.</summary>
internal static class OutputFolder
{
    public static Option<string> Option(string description)
    {
        var option = new Option<string>("--out") { Description = description, HelpName = "DIR" };
        option.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
                result.AddError("--out takes a folder.");
        });

        return option;
    }

    /// <summary>Makes the folder and tries it, so that a long run does not end on one that cannot be written.</summary>
    /// <exception cref="CommandException">It cannot be made or written.</exception>
    public static void Require(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".ragpy-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The folder '{path}' cannot be written: {e.Message}");
        }
    }
}
