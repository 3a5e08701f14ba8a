using Microsoft.Extensions.Configuration;
using RagPy.ServiceDefaults;
using Xunit;

namespace RagPy.Tests.ServiceDefaults;

/// <summary>Secrets in files take their place in connection strings when a service starts.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_takes_its_place_without_the_line_that_ends_it()
    {
        File.WriteAllText(_path, "s3cret\n");

        Assert.Equal("Host=db;Password=s3cret;Database=x", SecretFiles.Expand($"Host=db;Password={{file:{_path}}};Database=x", "any"));
    }

    [Fact]
    public void Within_an_address_it_is_percent_encoded()
    {
        File.WriteAllText(_path, "a/b@c");

        Assert.Equal("redis://:a%2Fb%40c@redis:6379", SecretFiles.Expand($"redis://:{{file:{_path}|uri}}@redis:6379", "any"));
    }

    [Fact]
    public void What_a_file_holds_is_not_read_as_the_name_of_another()
    {
        File.WriteAllText(_path, "{file:/etc/hostname}");

        Assert.Equal("x{file:/etc/hostname}y", SecretFiles.Expand($"x{{file:{_path}}}y", "any"));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_the_variable()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() =>
            SecretFiles.Expand("Password={file:/nowhere/at-all}", "ConnectionStrings__ragpy")
        );

        Assert.StartsWith(
            "ConnectionStrings__ragpy names the file /nowhere/at-all, which cannot be read",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_value_of_the_configuration_is_looked_through()
    {
        File.WriteAllText(_path, "s3cret");
        using var configuration = new ConfigurationManager();
        configuration["ConnectionStrings:redis"] = $"redis:6379,password={{file:{_path}}}";
        configuration["Other"] = "{file";

        SecretFiles.ExpandAll(configuration);

        Assert.Equal("redis:6379,password=s3cret", configuration.GetConnectionString("redis"));
        Assert.Equal("{file", configuration["Other"]);
    }
}
