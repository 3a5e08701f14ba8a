namespace RagPy.Core.Embedding.Onnx;

/// <summary>How texts go into a model and their vectors come out, as its configuration files say.</summary>
/// <param name="MaxTokens">Longest text it takes at once, in its own tokens, those that stand for begin and end included.</param>
/// <param name="QueryPrompt">What is put before a query; empty for nothing.</param>
/// <param name="PassagePrompt">What is put before a passage; empty for nothing.</param>
/// <param name="IsFinishedElsewhere">Behind the pooling comes a layer that is no part of the ONNX file, unless that gives whole texts' vectors itself.</param>
/// <param name="Tokenizer">What the tokenizer's own file leaves open.</param>
internal sealed record OnnxTextOptions(
    int MaxTokens,
    OnnxPooling Pooling,
    string QueryPrompt,
    string PassagePrompt,
    bool IsFinishedElsewhere,
    TokenizerOptions Tokenizer
);
