using RagPy.Core;
using Xunit;

namespace RagPy.Tests;

public sealed class Uuid5Tests
{
    /// <summary>RFC 9562 appendix A.4.</summary>
    [Fact]
    public void Gives_the_example_of_the_standard() =>
        Assert.Equal(
            new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"),
            Uuid5.Create(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com")
        );

    [Fact]
    public void Points_differ_by_generation_and_ordinal()
    {
        var document = Guid.NewGuid();
        var generation = Guid.NewGuid();

        Assert.Equal(Uuid5.ForPoint(document, generation, 3), Uuid5.ForPoint(document, generation, 3));
        Assert.NotEqual(Uuid5.ForPoint(document, generation, 3), Uuid5.ForPoint(document, generation, 4));
        Assert.NotEqual(Uuid5.ForPoint(document, generation, 3), Uuid5.ForPoint(document, Guid.NewGuid(), 3));
    }
}
