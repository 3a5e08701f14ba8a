using System.Globalization;
using System.Net.Sockets;
using Garnet;
using Garnet.common;

namespace RagPy.LocalServices.Redis;

/// <summary>The verb <c>redis</c>: Garnet, which speaks Redis's protocol, in this process until it is told to stop.</summary>
/// <remarks>
/// On loopback only and behind a password. It keeps nothing on disk, and drops the oldest entries when its memory is full: what RagPy has in Redis may be lost.
/// </remarks>
internal sealed class RedisCommand(int port, int? parent)
{
    /// <summary>The verb.</summary>
    public const string Verb = "redis";

    /// <summary>Variable that holds the password: other users of the machine can read arguments.</summary>
    public const string PasswordVariable = "REDIS_PASSWORD";

    private const int DefaultPort = 6379;

    /// <summary>Runs to the end.</summary>
    /// <returns>0 when it stopped in order, 1 when it could not run; the reason is on standard error.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new StopRequest(parent);

        if (Environment.GetEnvironmentVariable(PasswordVariable) is not { Length: > 0 } password)
        {
            await Console.Error.WriteLineAsync(
                $"{PasswordVariable} is not set; give a password there, or a Redis of your own in ConnectionStrings__redis."
            );

            return 1;
        }

        try
        {
            using var server = new GarnetServer(GarnetArguments(password));
            server.Start();
            await Console.Out.WriteLineAsync($"Redis (Garnet) answers on 127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}.");
            await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);

            return 0;
        }
        catch (GarnetException e)
        {
            await Console.Error.WriteLineAsync(
                e.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
                    ? $"Port {port} on 127.0.0.1 is taken; free it, or give a Redis of your own in ConnectionStrings__redis."
                    : $"Redis cannot start ({e.Message.ReplaceLineEndings(" ")}); give one of your own in ConnectionStrings__redis."
            );

            return 1;
        }
    }

    /// <summary>Reads the verb's arguments.</summary>
    /// <returns>Null when they are wrong.</returns>
    public static RedisCommand? Parse(ReadOnlySpan<string> arguments)
    {
        var port = DefaultPort;
        int? parent = null;

        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (
                i + 1 == arguments.Length
                || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
            {
                return null;
            }

            switch (arguments[i])
            {
                case "--port" when number is > 0 and <= ushort.MaxValue:
                    port = number;
                    break;
                case "--parent" when number > 0:
                    parent = number;
                    break;
                default:
                    return null;
            }
        }

        return new RedisCommand(port, parent);
    }

    /// <summary>The verb and its arguments.</summary>
    public static IReadOnlyList<string> Arguments(int port, int? parent)
    {
        List<string> arguments = [Verb, "--port", port.ToString(CultureInfo.InvariantCulture)];

        return parent is { } process ? [.. arguments, "--parent", process.ToString(CultureInfo.InvariantCulture)] : arguments;
    }

    private string[] GarnetArguments(string password) =>
        [
            "--bind",
            "127.0.0.1",
            "--port",
            port.ToString(CultureInfo.InvariantCulture),
            "--auth",
            "Password",
            "--password",
            password,
            "--memory",
            "64m",
            "--page",
            "1m",
            "--index",
            "1m",
            "--pubsub-pagesize",
            "4k",
            "--lua",
            "true",
            // Without it scripts of several connections run through each other.
            "--lua-transaction-mode",
            "true",
            "-q",
        ];
}
