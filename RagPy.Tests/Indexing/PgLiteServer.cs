using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>A real PostgreSQL with pgvector: PGlite, compiled to WebAssembly, run by node. Its connections take turns.</summary>
public sealed class PgLiteServer : IAsyncLifetime
{
    private Process? _process;

    /// <summary>In Npgsql's form; a pool of one connection, since they take turns anyway.</summary>
    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var folder = await NpmTools.InstallAsync("pglite", "@electric-sql/pglite-socket");
        _process = Process.Start(
            new ProcessStartInfo("node", ["serve.js"])
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var port = int.Parse(line ?? throw new InvalidOperationException("PGlite did not start."), CultureInfo.InvariantCulture);
        ConnectionString = string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={port};Database=postgres;Username=postgres;Password=postgres;Maximum Pool Size=1;SSL Mode=Disable"
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
