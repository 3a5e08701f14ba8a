using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>
/// Reads a <c>tokenizer.json</c> of Hugging Face's library <c>tokenizers</c>: WordPiece as in BERT, Unigram as in SentencePiece (Kudo 2018), and BPE over bytes as in
/// GPT-2 and RoBERTa (Radford et al. 2019). Words in a text that look like special tokens are text.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Characters of the longest word that WordPiece takes apart.</summary>
    public const int LongestWord = 100;

    /// <summary>Words as GPT-2 divides a text into them.</summary>
    private const string WordsOfGpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <exception cref="OnnxModelFormatException">It is of a kind that is not supported.</exception>
    public static OnnxTokenizer Read(string name, JsonElement root, TokenizerOptions options)
    {
        var model = root.Get("model");
        // Older files leave the type out of a model of word pieces.
        var type = model.Text("type") ?? (model.Text("continuing_subword_prefix") is null ? "" : "WordPiece");
        return type switch
        {
            "WordPiece" => WordPiece(root, model, options),
            "Unigram" => Around(root, Unigram(name, root, model), options),
            "BPE" when Flatten(root.Get("pre_tokenizer"), "pretokenizers").Any(p => p.Text("type") == "ByteLevel") => Around(
                root,
                BytePairs(name, root, model),
                options
            ),
            _ => throw new OnnxModelFormatException(
                $"The tokenizer of the model {name} is of the kind '{type}', which is not supported here: WordPiece, Unigram, and BPE over bytes are."
            ),
        };
    }

    private static OnnxTokenizer WordPiece(JsonElement root, JsonElement model, TokenizerOptions options)
    {
        var normalizer = root.Get("normalizer");
        var tokenizer = OnnxTokenizerReader.WordPiece(
            Vocabulary(model),
            options with
            {
                LowersCase = normalizer.Flag("lowercase") ?? options.LowersCase,
                StripsAccents = normalizer.Flag("strip_accents") ?? options.StripsAccents,
                SplitsCjk = normalizer.Flag("handle_chinese_chars") ?? options.SplitsCjk,
                Unknown = model.Text("unk_token") ?? options.Unknown,
            },
            model.Text("continuing_subword_prefix") ?? "##",
            model.Number("max_input_chars_per_word") ?? LongestWord
        );
        return Around(root, tokenizer.Encode, options);
    }

    /// <summary>Tokens by their number; numbers that no token has get a name that no text has.</summary>
    private static string[] Vocabulary(JsonElement model)
    {
        var tokens = model.Get("vocab").EnumerateObject().Select(t => (t.Name, Id: t.Value.GetInt32())).ToList();
        var vocabulary = Enumerable
            .Range(0, tokens.Max(t => t.Id) + 1)
            .Select(id => string.Create(CultureInfo.InvariantCulture, $"\u0001{id}"))
            .ToArray();
        tokens.ForEach(token => vocabulary[token.Id] = token.Name);
        return vocabulary;
    }

    private static Func<string, IReadOnlyList<int>> Unigram(string name, JsonElement root, JsonElement model)
    {
        var steps = Flatten(root.Get("pre_tokenizer"), "pretokenizers").ToList();
        var metaspace = steps.Find(p => p.Text("type") == "Metaspace");
        var splitsAtSpace = steps.Exists(p => p.Text("type") is "WhitespaceSplit" or "Whitespace");
        var begins = metaspace.Text("prepend_scheme") is { } scheme ? scheme != "never" : metaspace.Flag("add_prefix_space") ?? true;
        var special = root.Get("added_tokens").Items().Where(t => t.Flag("special") == true).Select(t => t.Text("content")!);
        var normalizer = TokenizerNormalizer.Read(name, root.Get("normalizer"));
        var bytes = SentencePieceModel.Write(
            model.Get("vocab").Items().Select(piece => (piece[0].GetString()!, piece[1].GetSingle())),
            model.Get("unk_id").GetInt32(),
            special.ToHashSet(StringComparer.Ordinal),
            normalizer.CharsMap,
            begins
        );
        using var stream = new MemoryStream(bytes);
        var tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        return text => tokenizer.EncodeToIds(Prepare(normalizer.Apply(text)), addBeginningOfSentence: false, addEndOfSentence: false);

        string Prepare(string text) =>
            splitsAtSpace ? string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : text;
    }

    private static Func<string, IReadOnlyList<int>> BytePairs(string name, JsonElement root, JsonElement model)
    {
        var steps = Flatten(root.Get("pre_tokenizer"), "pretokenizers").ToList();
        var split = steps.Find(p => p.Text("type") == "Split");
        if (
            steps.Exists(p => p.Text("type") is not ("ByteLevel" or "Split"))
            || (split.ValueKind == JsonValueKind.Object && split.Text("behavior") != "Isolated")
        )
        {
            throw new OnnxModelFormatException(
                $"The tokenizer of the model {name} divides texts into words in a way that is not supported here."
            );
        }

        var pattern = split.Get("pattern").Text("Regex") ?? WordsOfGpt2;
        var beginsWithSpace = steps.Exists(p => p.Flag("add_prefix_space") == true);
        var normalizer = TokenizerNormalizer.Read(name, root.Get("normalizer"));
        var tokenizer = BpeTokenizer.Create(
            new BpeOptions(model.Get("vocab").EnumerateObject().Select(t => KeyValuePair.Create(t.Name, t.Value.GetInt32())))
            {
                Merges = model.Get("merges").Items().Select(Merge).ToList(),
                ByteLevel = true,
                PreTokenizer = new RegexPreTokenizer(new Regex(pattern, RegexOptions.CultureInvariant), specialTokens: null),
            }
        );
        return text => tokenizer.EncodeToIds(Prepare(normalizer.Apply(text)));

        string Prepare(string text) => beginsWithSpace && text.Length > 0 && text[0] != ' ' ? $" {text}" : text;
    }

    private static string Merge(JsonElement merge) =>
        merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}";

    /// <summary>With the special tokens that the file puts around a text.</summary>
    private static OnnxTokenizer Around(JsonElement root, Func<string, IReadOnlyList<int>> encode, TokenizerOptions options)
    {
        var (before, after) = (new List<int>(), new List<int>());
        foreach (var step in Flatten(root.Get("post_processor"), "processors"))
        {
            switch (step.Text("type"))
            {
                case "BertProcessing" or "RobertaProcessing":
                    before.Add(step.Get("cls")[1].GetInt32());
                    after.Add(step.Get("sep")[1].GetInt32());
                    break;
                case "TemplateProcessing":
                    Template(step, before, after);
                    break;
            }
        }

        var padding = root.Get("padding").Get("pad_id");
        var id = padding.ValueKind == JsonValueKind.Number ? padding.GetInt32() : IdOf(root, options.Padding) ?? 0;
        return new OnnxTokenizer(encode, [.. before], [.. after], id);
    }

    private static void Template(JsonElement step, List<int> before, List<int> after)
    {
        var target = before;
        foreach (var part in step.Get("single").Items())
        {
            if (part.Get("Sequence").ValueKind == JsonValueKind.Object)
            {
                target = after;
            }
            else if (part.Get("SpecialToken").Text("id") is { } special)
            {
                target.AddRange(step.Get("special_tokens").Get(special).Get("ids").Items().Select(id => id.GetInt32()));
            }
        }
    }

    private static int? IdOf(JsonElement root, string token) =>
        root.Get("added_tokens").Items().Where(t => t.Text("content") == token).Select(t => (int?)t.Get("id").GetInt32()).FirstOrDefault();

    /// <summary>A step, or the steps of a sequence; none where there is none.</summary>
    private static IEnumerable<JsonElement> Flatten(JsonElement step, string members) =>
        step.ValueKind != JsonValueKind.Object ? []
        : step.Text("type") == "Sequence" ? step.Get(members).Items().SelectMany(s => Flatten(s, members))
        : [step];
}
