extern alias extractor;

using System.Text.Json;
using extractor::RagPy.Extractor;
using RagPy.Core.Extraction;

namespace RagPy.Tests.Extractor;

/// <summary>What the extractor wrote about one file, read back from its protocol.</summary>
internal sealed class Extracted
{
    private Extracted(byte[] output)
    {
        foreach (var line in System.Text.Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement.Clone();
            if (root.TryGetProperty("page", out _))
            {
                Pages.Add(root);
            }
            else if (root.TryGetProperty("document", out var document))
            {
                Document = document;
            }
            else
            {
                Failure = root.GetProperty("failure").GetProperty("code").GetString();
                Reason = root.GetProperty("failure").GetProperty("reason").GetString();
            }
        }
    }

    public List<JsonElement> Pages { get; } = [];

    public JsonElement Document { get; }

    public string? Failure { get; }

    public string? Reason { get; }

    public IEnumerable<string?> Labels => Document.GetProperty("labels").EnumerateArray().Select(label => label.GetString());

    public string Text(int page = 1) => Pages[page - 1].GetProperty("text").GetString()!;

    public bool NeedsOcr(int page = 1) => Pages[page - 1].GetProperty("needsOcr").GetBoolean();

    public IReadOnlyList<WordBox> Words(int page = 1) => PageGeometry.Decode(Pages[page - 1].GetProperty("geometry").GetBytesFromBase64());

    /// <summary>Texts of the regions of a kind, in order.</summary>
    public List<string> Regions(RegionKind kind) =>
        [
            .. Document
                .GetProperty("regions")
                .EnumerateArray()
                .Where(region => region[3].GetInt32() == (int)kind)
                .Select(region => Text(region[0].GetInt32())[region[1].GetInt32()..region[2].GetInt32()]),
        ];

    public static Extracted From(TestPdf pdf, params string[] options) => From(pdf.ToBytes(), options);

    public static Extracted From(byte[] bytes, params string[] options)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pdf");
        File.WriteAllBytes(path, bytes);
        try
        {
            return FromFile(path, options);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static Extracted FromFile(string path, params string[] options)
    {
        using var output = new MemoryStream();
        ExtractionRun.Run(Options.Parse([path, .. options])!, output);
        return new Extracted(output.ToArray());
    }
}
