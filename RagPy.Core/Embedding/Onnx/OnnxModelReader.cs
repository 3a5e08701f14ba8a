using System.Text.Json;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>
/// Reads how a model is to be used from the files that sentence-transformers and transformers write beside it: <c>modules.json</c>, the pooling's
/// <c>config.json</c>, <c>sentence_bert_config.json</c>, <c>config_sentence_transformers.json</c>, <c>config.json</c>, <c>tokenizer_config.json</c>. Each may be missing.
/// </summary>
internal static class OnnxModelReader
{
    /// <summary>Longest piece of text given to a model at once, whatever it could take: memory grows with its square.</summary>
    public const int LongestPiece = 2048;

    private const int UsualMaxTokens = 512;

    /// <summary>Models whose positions begin behind that of the padding (transformers, <c>create_position_ids_from_input_ids</c>).</summary>
    private static readonly string[] s_lateModels = ["roberta", "xlm-roberta", "camembert", "mpnet"];

    /// <summary>Reads a folder.</summary>
    /// <exception cref="OnnxModelFormatException">Something in it cannot be used; the message says what.</exception>
    public static OnnxModel Read(string name, OnnxModelFiles files)
    {
        if (files.Tokenizer is null)
        {
            throw new OnnxModelFormatException(
                $"The model {name} has no tokenizer: none of {OnnxModelFiles.TokenizerNames} is in its folder."
            );
        }

        try
        {
            var config = JsonFile.Read(files.Folder, "config.json");
            var modules = JsonFile.Read(files.Folder, "modules.json");
            var pooling = JsonFile.Read(files.Folder, ModuleFolder(modules, "Pooling") ?? "1_Pooling", "config.json");
            var prompts = Prompts(name, config, JsonFile.Read(files.Folder, "config_sentence_transformers.json"));
            var text = new OnnxTextOptions(
                MaxTokens(files.Folder, config),
                Pooling(name, pooling),
                prompts.Query,
                prompts.Passage,
                ModuleFolder(modules, "Dense") is not null,
                Tokenizer(config, JsonFile.Read(files.Folder, "tokenizer_config.json"))
            );
            return new OnnxModel(name, files.Folder, files.ModelFile, files.Hash(text), Dimension(config, pooling), text);
        }
        catch (JsonException exception)
        {
            throw new OnnxModelFormatException($"A configuration file of the model {name} is no JSON: {exception.Message}");
        }
    }

    /// <summary>Folder of a module of <c>modules.json</c> by the last part of its type; null when there is none.</summary>
    private static string? ModuleFolder(JsonElement modules, string type) =>
        modules
            .Items()
            .Where(m => m.Text("type")?.EndsWith($".{type}", StringComparison.Ordinal) == true)
            .Select(m => m.Text("path"))
            .FirstOrDefault();

    private static int? Dimension(JsonElement config, JsonElement pooling) =>
        pooling.Number("word_embedding_dimension")
        ?? pooling.Number("embedding_dimension")
        ?? config.Number("hidden_size")
        ?? config.Number("d_model")
        ?? config.Number("dim");

    private static int MaxTokens(string folder, JsonElement config)
    {
        var isLate = s_lateModels.Contains(config.Text("model_type"));
        int?[] limits =
        [
            JsonFile.Read(folder, "sentence_bert_config.json").Number("max_seq_length"),
            JsonFile.Read(folder, "tokenizer_config.json").Number("model_max_length"),
            config.Number("max_position_embeddings") - (isLate ? 2 : 0),
        ];
        return Math.Min(limits.Min() ?? UsualMaxTokens, LongestPiece);
    }

    /// <summary>Without a word on it the mean, as sentence-transformers does for a bare model.</summary>
    private static OnnxPooling Pooling(string name, JsonElement pooling)
    {
        if (pooling.Flag("include_prompt") == false)
        {
            throw new OnnxModelFormatException($"The model {name} leaves its prompt out of the pooling, which is not supported here.");
        }

        var modes = pooling.ValueKind == JsonValueKind.Object ? pooling.EnumerateObject().Where(IsMode).Select(p => p.Name).ToList() : [];
        var mode = pooling.Text("pooling_mode") ?? (modes.Count == 1 ? modes[0] : string.Join(" and ", modes));
        return mode switch
        {
            "" or "mean" or "pooling_mode_mean_tokens" => OnnxPooling.Mean,
            "cls" or "pooling_mode_cls_token" => OnnxPooling.First,
            "lasttoken" or "pooling_mode_lasttoken" => OnnxPooling.Last,
            "max" or "pooling_mode_max_tokens" => OnnxPooling.Max,
            _ => throw new OnnxModelFormatException(
                $"The model {name} pools by {mode}, which is not supported here: mean, cls, lasttoken and max are."
            ),
        };

        static bool IsMode(JsonProperty p) =>
            p.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && p.Value.ValueKind == JsonValueKind.True;
    }

    /// <summary>
    /// What the files say; for the E5 models, whose older files do not say it, what their card says (Wang et al. 2022, "Text Embeddings by Weakly-Supervised
    /// Contrastive Pre-training").
    /// </summary>
    private static (string Query, string Passage) Prompts(string name, JsonElement config, JsonElement file)
    {
        var prompts = file.Get("prompts");
        var usual = file.Text("default_prompt_name") is { } known ? prompts.Text(known) : null;
        var query = prompts.Text("query") ?? usual;
        var passage = prompts.Text("passage") ?? prompts.Text("document") ?? usual;
        if (query is null && passage is null && (IsE5(name) || IsE5(config.Text("_name_or_path") ?? "")))
        {
            return ("query: ", "passage: ");
        }

        return (query ?? "", passage ?? "");
    }

    private static bool IsE5(string name)
    {
        var words = name.Split('/', '-', '_', '.');
        return words.Contains("e5", StringComparer.OrdinalIgnoreCase) && !words.Contains("instruct", StringComparer.OrdinalIgnoreCase);
    }

    private static TokenizerOptions Tokenizer(JsonElement config, JsonElement tokenizer) =>
        new(
            config.Text("model_type") ?? "",
            tokenizer.Flag("do_lower_case"),
            tokenizer.Flag("strip_accents"),
            tokenizer.Flag("tokenize_chinese_chars") ?? true,
            tokenizer.Text("unk_token") ?? "[UNK]",
            tokenizer.Text("cls_token") ?? "[CLS]",
            tokenizer.Text("sep_token") ?? "[SEP]",
            tokenizer.Text("pad_token") ?? "[PAD]",
            tokenizer.Text("mask_token") ?? "[MASK]"
        );
}
