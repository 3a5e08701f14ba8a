using RagPy.Core.Indexing.Remote;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>What a worker is made of. Taken from the container when the worker is, so that they outlive it when the container is disposed of.</summary>
internal sealed record WorkerParts(
    WorkerIdentity Identity,
    WorkerLifetime Lifetime,
    LeaseKeeper Keeper,
    ProgressWriter Progress,
    Pump Pump,
    PumpJob Job,
    Relay Relay,
    StoreMover Mover,
    BlobSweep Blobs,
    RecognitionBatchKeeper Batches,
    HangfireStorage Storage
);
