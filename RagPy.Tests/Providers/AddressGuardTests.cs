using System.Net;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using Xunit;

namespace RagPy.Tests.Providers;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("http://api.example.org/v1")]
    [InlineData("https://user:secret@api.example.org/")]
    [InlineData("https://api.example.org/?a=b")]
    [InlineData("https://localhost/v1")]
    [InlineData("https://printer.local/v1")]
    [InlineData("https://10.1.2.3/v1")]
    [InlineData("https://[::1]/v1")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("api.example.org")]
    [InlineData("")]
    public void An_address_that_could_reach_within_is_refused(string address) =>
        Assert.Equal(FailureCode.ProviderError, Assert.Throws<DocumentFailedException>(() => AddressGuard.Require(address)).Failure.Code);

    [Theory]
    [InlineData("https://api.example.org/v1")]
    [InlineData("https://93.184.216.34:8443/v1")]
    public void A_public_https_address_is_taken(string address) => Assert.Equal(address, AddressGuard.Require(address).AbsoluteUri);

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("64:ff9b::5db8:d822", true)]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946", true)]
    [InlineData("93.184.216.34", true)]
    public void Special_purpose_addresses_are_not_public(string address, bool isPublic) =>
        Assert.Equal(isPublic, AddressGuard.IsPublic(IPAddress.Parse(address)));
}
