namespace RagPy.Core.Storage;

/// <summary>Keys of PostgreSQL advisory locks: a constant of ours and a kind in the upper half, an id in the lower, so that <c>pg_locks</c> shows them apart.</summary>
internal static class AdvisoryLocks
{
    private const int Base = 0x5250_0000;

    /// <summary>Upper half of the keys held by living workers; <c>pg_locks.classid</c>.</summary>
    public const int WorkerClass = Base | 1;

    /// <summary>Held by a worker as long as it lives.</summary>
    public static long Worker(int workerId) => Key(1, workerId);

    /// <summary>Shared by those who write points of a project, exclusive for who removes them.</summary>
    public static long Index(long projectId) => Key(2, projectId);

    /// <summary>Shared by those who store files and then name them in rows, exclusive for who removes files without rows.</summary>
    public static long Blobs(long projectId) => Key(3, projectId);

    /// <summary>One migration at a time.</summary>
    public static long Migration => Key(4, 0);

    /// <summary>One maker of the local owner at a time.</summary>
    public static long LocalOwner => Key(5, 0);

    /// <summary>One maker at a time of what a remote store keeps a project's points in.</summary>
    public static long StoreSetup(long projectId) => Key(16, projectId);

    /// <summary>One mover at a time of a project's points from one store to another.</summary>
    public static long StoreMove(long projectId) => Key(17, projectId);

    /// <summary>One keeper at a time of the batches of recognition.</summary>
    public static long RecognitionBatches => Key(24, 0);

    private static long Key(int kind, long id) => ((long)(Base | kind) << 32) | (uint)id;
}
