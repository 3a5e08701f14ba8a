using System.Text.Json;
using RagPy.Hosting.Dcp;
using Xunit;

namespace RagPy.Tests.Hosting;

public sealed class NameValueTests
{
    [Fact]
    public void A_variable_that_comes_back_without_a_value_is_empty() =>
        Assert.Equal(new NameValue("NAME", ""), JsonSerializer.Deserialize<NameValue>("""{"name":"NAME"}""", JsonSerializerOptions.Web));
}
