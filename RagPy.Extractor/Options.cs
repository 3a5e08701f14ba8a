using System.Globalization;

namespace RagPy.Extractor;

/// <summary>The command line.</summary>
/// <param name="File">Path of the PDF.</param>
/// <param name="MaxPages">A file with more pages fails.</param>
/// <param name="MaxPageChars">A page with more UTF-16 units of text fails the file.</param>
internal sealed record Options(string File, int MaxPages, int MaxPageChars)
{
    public const string Usage = "usage: RagPy.Extractor FILE [--max-pages N] [--max-page-chars N] | --version";

    /// <summary>Reads the arguments; null when they make no sense.</summary>
    public static Options? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new Options("", 10_000, 1_000_000);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "--max-pages" or "--max-page-chars")
            {
                if (i + 1 == arguments.Length || !int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out var value) || value < 1)
                {
                    return null;
                }

                options = arguments[i] == "--max-pages" ? options with { MaxPages = value } : options with { MaxPageChars = value };
                i++;
            }
            else if (options.File.Length == 0)
            {
                options = options with { File = arguments[i] };
            }
            else
            {
                return null;
            }
        }

        return options.File.Length == 0 ? null : options;
    }
}
