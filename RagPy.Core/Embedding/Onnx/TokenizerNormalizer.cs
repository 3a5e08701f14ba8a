using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>What a <c>tokenizer.json</c> does to a text before it is divided.</summary>
/// <param name="CharsMap">SentencePiece's compiled map of characters, which its own tokenizer applies; empty for none.</param>
/// <param name="Apply">Everything else.</param>
internal sealed record TokenizerNormalizer(byte[] CharsMap, Func<string, string> Apply)
{
    /// <summary>Reads the property <c>normalizer</c>.</summary>
    /// <exception cref="OnnxModelFormatException">It has a step that is not known here.</exception>
    public static TokenizerNormalizer Read(string name, JsonElement normalizer)
    {
        byte[] map = [];
        var steps = new List<Func<string, string>>();
        Add(normalizer);
        return new TokenizerNormalizer(map, text => steps.Aggregate(text, (t, step) => step(t)));

        void Add(JsonElement step)
        {
            switch (step.Text("type"))
            {
                case null:
                    break;
                case "Sequence":
                    foreach (var inner in step.Get("normalizers").Items())
                    {
                        Add(inner);
                    }

                    break;
                case "Precompiled":
                    map = step.Get("precompiled_charsmap").GetBytesFromBase64();
                    break;
                case var type:
                    steps.Add(
                        Step(type, step)
                            ?? throw new OnnxModelFormatException(
                                $"The tokenizer of the model {name} normalises by {type}, which is not supported here."
                            )
                    );
                    break;
            }
        }
    }

    private static Func<string, string>? Step(string type, JsonElement step) =>
        type switch
        {
            "NFC" => text => text.Normalize(NormalizationForm.FormC),
            "NFD" => text => text.Normalize(NormalizationForm.FormD),
            "NFKC" => text => text.Normalize(NormalizationForm.FormKC),
            "NFKD" => text => text.Normalize(NormalizationForm.FormKD),
            "Lowercase" => text => text.ToLowerInvariant(),
            "StripAccents" => BertText.StripMarks,
            "Strip" => Strip(step.Flag("strip_left") ?? true, step.Flag("strip_right") ?? true),
            "Replace" => Replace(step.Get("pattern"), step.Text("content") ?? ""),
            _ => null,
        };

    private static Func<string, string> Strip(bool left, bool right) =>
        text =>
            (left, right) switch
            {
                (true, true) => text.Trim(),
                (true, false) => text.TrimStart(),
                (false, true) => text.TrimEnd(),
                _ => text,
            };

    private static Func<string, string> Replace(JsonElement pattern, string content)
    {
        if (pattern.Text("String") is { Length: > 0 } plain)
        {
            return text => text.Replace(plain, content, StringComparison.Ordinal);
        }

        var regex = new Regex(
            pattern.Text("Regex") ?? throw new FormatException("A replacement has no pattern."),
            RegexOptions.CultureInvariant
        );
        return text => regex.Replace(text, _ => content);
    }
}
