using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;
using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting;

public sealed class PortTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ragpy-tests-");
    private readonly StringWriter _said = new();

    private string Book => Path.Combine(_folder.FullName, "ports.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_purpose_keeps_its_port_from_run_to_run_while_it_is_free()
    {
        var first = new PortBook(Book).Take("web");

        Assert.Equal(first, new PortBook(Book).Take("web"));
        using var taken = new TcpListener(IPAddress.Loopback, first);
        taken.Start();
        Assert.NotEqual(first, new PortBook(Book).Take("web"));
    }

    [Fact]
    public void A_default_port_that_is_taken_gives_way_and_says_who_has_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var chosen = FixedPort.Choose(port, "api", new PortBook(Book), Configuration(null), new RunConsole(_said, _said));

        Assert.NotEqual(port, chosen);
        Assert.Contains($"Port {port} is taken by", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains($"(process {Environment.ProcessId})", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains($"api takes {chosen} instead", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_a_person_asked_for_and_that_is_taken_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var error = Assert.Throws<DistributedApplicationException>(() =>
            FixedPort.Choose(port, "api", new PortBook(Book), Configuration(port), new RunConsole(_said, _said))
        );

        Assert.Contains($"Port {port} is taken by", error.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(int? port) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("RAGPY_PORT", port?.ToString(System.Globalization.CultureInfo.InvariantCulture))])
            .Build();
}
