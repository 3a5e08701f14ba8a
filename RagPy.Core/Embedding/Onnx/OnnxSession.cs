using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>A model in memory. One batch at a time; each uses every thread that it was given.</summary>
internal sealed class OnnxSession : IDisposable
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Types = "token_type_ids";
    private const string Positions = "position_ids";

    /// <summary>Names under which exporters give the vectors of whole texts, and those of tokens.</summary>
    private static readonly string[] s_textOutputs = ["sentence_embedding", "text_embeds", "embeddings"];
    private static readonly string[] s_tokenOutputs = ["last_hidden_state", "token_embeddings"];

    private readonly InferenceSession _session;
    private readonly OnnxModel _model;
    private readonly int _padding;
    private readonly string[] _inputs;
    private readonly bool _takesInt32;
    private readonly string[] _outputs;
    private readonly bool _givesTexts;

    private OnnxSession(InferenceSession session, OnnxModel model, int padding)
    {
        (_session, _model, _padding) = (session, model, padding);
        _inputs = [.. session.InputMetadata.Keys];
        if (Array.Find(_inputs, name => name is not (Ids or Mask or Types or Positions)) is { } unknown || !_inputs.Contains(Ids))
        {
            throw new OnnxModelFormatException(
                $"The model {model.Name} wants {string.Join(", ", _inputs)}, and can be given {Ids}, {Mask}, {Types} and {Positions} only: export it as an embedding model."
            );
        }

        _takesInt32 = session.InputMetadata[Ids].ElementDataType == TensorElementType.Int32;
        var output = ChooseOutput(session.OutputMetadata, model);
        (_outputs, _givesTexts) = ([output], session.OutputMetadata[output].Dimensions.Length == 2);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="padding">Token that fills the shorter texts of a batch.</param>
    /// <exception cref="OnnxModelFormatException">It is no model of this kind, or the runtime cannot load it.</exception>
    public static OnnxSession Load(OnnxModel model, int padding, int threads)
    {
        InferenceSession? session = null;
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                // Batches differ in shape: a plan of memory for each would be kept for ever.
                EnableMemoryPattern = false,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            // Threads that wait for the next batch by spinning would take the processor from everything else.
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            session = new InferenceSession(model.ModelFile, options);
            return new OnnxSession(session, model, padding);
        }
        catch (Exception exception)
            when (exception is OnnxRuntimeException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            session?.Dispose();
            throw new OnnxModelFormatException($"The model {model.Name} cannot be loaded: {exception.GetBaseException().Message}");
        }
        catch (OnnxModelFormatException)
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>The vectors of some pieces of text, as the model and its pooling give them.</summary>
    /// <param name="pieces">Tokens of each; none is empty.</param>
    /// <exception cref="DocumentFailedException">The model cannot compute them.</exception>
    public float[][] Run(IReadOnlyList<int[]> pieces, CancellationToken cancellationToken)
    {
        var width = pieces.Max(p => p.Length);
        using var run = new RunOptions();
        using var stop = cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, run);
        var inputs = new List<OrtValue>();
        try
        {
            inputs.AddRange(_inputs.Select(name => Input(name, pieces, width)));
            using var results = _session.Run(run, _inputs, inputs, _outputs);
            return Read(results[0], pieces);
        }
        catch (OnnxRuntimeException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new DocumentFailedException(
                FailureCode.ProviderError,
                $"The model {_model.Name} failed: {FirstLine(exception.Message)}",
                exception
            );
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    public void Dispose() => _session.Dispose();

    private static string ChooseOutput(IReadOnlyDictionary<string, NodeMetadata> outputs, OnnxModel model)
    {
        var texts = outputs.Where(o => o.Value.Dimensions.Length == 2).Select(o => o.Key).ToList();
        var tokens = outputs.Where(o => o.Value.Dimensions.Length == 3).Select(o => o.Key).ToList();
        var whole = Array.Find(s_textOutputs, texts.Contains) ?? (tokens.Count == 0 ? texts.FirstOrDefault() : null);
        if (whole is null && model.Text.IsFinishedElsewhere)
        {
            throw new OnnxModelFormatException(
                $"The model {model.Name} has a layer behind its pooling that is not in its ONNX file: export it with the output {s_textOutputs[0]}."
            );
        }

        return whole
            ?? Array.Find(s_tokenOutputs, tokens.Contains)
            ?? tokens.FirstOrDefault()
            ?? throw new OnnxModelFormatException($"The model {model.Name} gives no vectors of texts or tokens.");
    }

    private OrtValue Input(string name, IReadOnlyList<int[]> pieces, int width)
    {
        var values = new long[pieces.Count * width];
        for (var row = 0; row < pieces.Count; row++)
        {
            for (var i = 0; i < width; i++)
            {
                var isText = i < pieces[row].Length;
                values[(row * width) + i] = name switch
                {
                    Ids => isText ? pieces[row][i] : _padding,
                    Mask => isText ? 1 : 0,
                    Positions => i,
                    _ => 0,
                };
            }
        }

        long[] shape = [pieces.Count, width];
        return _takesInt32
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (int)value), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
    }

    private float[][] Read(OrtValue output, IReadOnlyList<int[]> pieces)
    {
        var info = output.GetTensorTypeAndShape();
        var values = info.ElementDataType switch
        {
            TensorElementType.Float => output.GetTensorDataAsSpan<float>(),
            TensorElementType.Float16 => Array.ConvertAll(output.GetTensorDataAsSpan<Float16>().ToArray(), value => value.ToFloat()),
            var other => throw new DocumentFailedException(
                FailureCode.ProviderError,
                $"The model {_model.Name} gives vectors of {other}, and only Float and Float16 can be read."
            ),
        };
        var dimension = (int)info.Shape[^1];
        var size = values.Length / pieces.Count;
        var vectors = new float[pieces.Count][];
        for (var row = 0; row < vectors.Length; row++)
        {
            var part = values.Slice(row * size, size);
            vectors[row] = _givesTexts ? part.ToArray() : OnnxPool.Pool(_model.Text.Pooling, part, pieces[row].Length, dimension);
        }

        return vectors;
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
}
