namespace RagPy.Core.Embedding.Onnx;

/// <summary>What <c>tokenizer_config.json</c> and <c>config.json</c> say of a tokenizer; the defaults are BERT's.</summary>
/// <param name="ModelType">E.g. <c>bert</c> or <c>xlm-roberta</c>; empty when not said.</param>
/// <param name="LowersCase">Null when not said.</param>
/// <param name="StripsAccents">Null for as the case is lowered.</param>
internal sealed record TokenizerOptions(
    string ModelType,
    bool? LowersCase,
    bool? StripsAccents,
    bool SplitsCjk,
    string Unknown,
    string Begin,
    string End,
    string Padding,
    string Mask
);
