using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>Limits are declared in the words of container runtimes, and mistakes in them are found at once.</summary>
public sealed class ResourceLimitsTests
{
    private readonly IResourceBuilder<RedisResource> _redis = DistributedApplication.CreateBuilder().AddRedis("redis");

    [Theory]
    [InlineData("512M", 512L << 20)]
    [InlineData("8G", 8L << 30)]
    [InlineData("1t", 1L << 40)]
    [InlineData("64k", 64L << 10)]
    [InlineData("1048576", 1L << 20)]
    public void Sizes_are_powers_of_1024(string text, long bytes) => Assert.Equal(bytes, ResourceLimits.ParseSize(text));

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("-1G")]
    [InlineData("0M")]
    [InlineData("1.5G")]
    [InlineData("8GiB")]
    [InlineData("9999999999T")]
    public void What_is_no_size_is_refused(string text) =>
        Assert.Contains(
            $"'{text}' is no size",
            Assert.Throws<ArgumentException>(() => ResourceLimits.ParseSize(text)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_last_declaration_counts()
    {
        _redis.WithLimits(cpus: 1).WithLimits(cpus: 2, memory: "1G", reserveMemory: "512M", nofile: 10);

        Assert.Equal(
            new ResourceLimitsAnnotation(2, 1L << 30, null, 512L << 20, 10),
            Assert.Single(_redis.Resource.Annotations.OfType<ResourceLimitsAnnotation>())
        );
    }

    [Fact]
    public void More_cannot_be_reserved_than_is_allowed()
    {
        Assert.Throws<ArgumentException>(() => _redis.WithLimits(cpus: 1, reserveCpus: 2));
        Assert.Throws<ArgumentException>(() => _redis.WithLimits(memory: "1G", reserveMemory: "2G"));
        Assert.Throws<ArgumentException>(() => _redis.WithLimits(cpus: 0));
        Assert.Throws<ArgumentException>(() => _redis.WithLimits(nofile: 0));
    }
}
