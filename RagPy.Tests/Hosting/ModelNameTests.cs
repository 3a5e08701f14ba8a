using Aspire.Hosting;
using Xunit;

namespace RagPy.Tests.Hosting;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("api")]
    [InlineData("API-2")]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901-3")]
    public void Names_of_letters_digits_and_single_hyphens_are_taken(string name)
    {
        var builder = DistributedApplication.CreateBuilder();

        Assert.Equal(name, builder.AddParameter(name, "value").Resource.Name);
    }

    [Theory]
    [InlineData("", "1 to 64 characters")]
    [InlineData("a12345678901234567890123456789012345678901234567890123456789012345", "1 to 64 characters")]
    [InlineData("1api", "begin with an ASCII letter")]
    [InlineData("-api", "begin with an ASCII letter")]
    [InlineData("my_api", "letters, digits and hyphens")]
    [InlineData("été", "begin with an ASCII letter")]
    [InlineData("my--api", "no two hyphens")]
    [InlineData("api-", "do not end with a hyphen")]
    public void Other_names_are_refused_with_the_rule_they_break(string name, string rule)
    {
        var builder = DistributedApplication.CreateBuilder();

        var error = Assert.Throws<ArgumentException>(() => builder.AddParameter(name, "value"));

        Assert.Contains($"Resource name '{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoint_names_follow_the_same_rule()
    {
        var builder = DistributedApplication.CreateBuilder();

        var error = Assert.Throws<ArgumentException>(() => builder.AddExecutable("tool", "true", "/").WithHttpEndpoint(name: "my http"));

        Assert.Contains("Endpoint name 'my http'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_resources_cannot_have_one_name_whatever_its_case()
    {
        var builder = DistributedApplication.CreateBuilder();
        builder.AddRedis("redis");

        var error = Assert.Throws<DistributedApplicationException>(() => builder.AddPostgres("Redis"));

        Assert.Contains("'Redis'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_endpoints_of_a_resource_cannot_have_one_name()
    {
        var builder = DistributedApplication.CreateBuilder();

        var error = Assert.Throws<DistributedApplicationException>(() =>
            builder.AddExecutable("tool", "true", "/").WithHttpEndpoint().WithHttpEndpoint(port: 5000)
        );

        Assert.Contains("'tool' has an endpoint 'http' already", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api", "api")]
    [InlineData("my-api.v2", "my_api_v2")]
    [InlineData("2fast", "_2fast")]
    public void Variables_take_names_with_underscores_for_what_they_cannot_have(string name, string encoded) =>
        Assert.Equal(encoded, ModelName.Encode(name));
}
