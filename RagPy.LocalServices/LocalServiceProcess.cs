namespace RagPy.LocalServices;

/// <summary>How an orchestrator runs a service of this machine: a process that stays in the foreground and ends within five seconds of SIGTERM.</summary>
/// <remarks>
/// It says on standard output what it does, and on standard error, in a sentence, why it cannot. Exit code 0 when it was told to stop, 1 when it could not run.
/// Started again with the same arguments it answers where it did before.
/// </remarks>
/// <param name="FileName">Program to run.</param>
/// <param name="Arguments">Its arguments; no secret among them.</param>
/// <param name="Environment">Variables that it needs beside those of its starter; secrets among them.</param>
/// <param name="Port">TCP port on 127.0.0.1 on which it will answer.</param>
/// <param name="ConnectionString">For its clients: Npgsql's form, or StackExchange.Redis's. Contains the password.</param>
public sealed record LocalServiceProcess(
    string FileName,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    int Port,
    string ConnectionString
);
