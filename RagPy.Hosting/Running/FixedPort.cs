using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace RagPy.Hosting.Running;

/// <summary>Ports that a model asks for by number, where people look for them.</summary>
internal static class FixedPort
{
    /// <summary>Setting that asks for the port of the web page.</summary>
    public const string Setting = "RAGPY_PORT";

    /// <summary>The port asked for, or a free one when it is taken, which is said; but not when a person asked for it.</summary>
    /// <param name="owner">Whose port it is, for messages.</param>
    /// <exception cref="DistributedApplicationException">A person asked for it and it is taken.</exception>
    public static int? Choose(int wanted, string owner, PortBook ports, IConfiguration configuration, RunConsole console)
    {
        if (PortBook.IsFree(wanted))
        {
            return wanted;
        }

        if (configuration[Setting] == wanted.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw new DistributedApplicationException(Taken(wanted, $"end that or set {Setting} to another one (0 for any)"));
        }

        var free = ports.Take(owner);
        console.Say(Taken(wanted, $"{owner} takes {free} instead ({Setting} sets another)"));

        return free;
    }

    /// <summary>The sentence for a port that is taken.</summary>
    /// <param name="consequence">What happens, or is to be done.</param>
    public static string Taken(int port, string consequence) =>
        $"Port {port} is taken by {PortOwner.Describe(port) ?? "another program"}: {consequence}.";
}
