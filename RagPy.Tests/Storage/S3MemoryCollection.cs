using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>Runs when no other test does.</summary>
[CollectionDefinition(nameof(S3MemoryTests), DisableParallelization = true)]
public sealed class S3MemoryCollection;
