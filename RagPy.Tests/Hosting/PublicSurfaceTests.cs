using Aspire.Hosting;
using RagPy.Hosting;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>The part of Aspire's model that is kept here is listed in one file.</summary>
public sealed class PublicSurfaceTests
{
    private static readonly Type[] s_ours =
    [
        typeof(ResourceLimitsAnnotation),
        typeof(AutoscaleAnnotation),
        typeof(ResourceLimits),
        typeof(ReplicaAddressesAnnotation),
        typeof(ReplicaAddresses),
        typeof(DoctorNoteAnnotation),
    ];

    [Fact]
    public void The_list_has_exactly_what_is_public()
    {
        var path = Path.Combine(Repository.Root, "RagPy.Hosting", "PublicSurface.txt");
        var surface = PublicSurface.Render(typeof(DistributedApplication).Assembly);
        if (Environment.GetEnvironmentVariable("RAGPY_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, surface);
        }

        Assert.Equal(surface, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Everything_public_is_in_a_namespace_of_Aspires_but_for_our_own_additions() =>
        Assert.All(
            typeof(DistributedApplication).Assembly.GetExportedTypes().Except(s_ours),
            type => Assert.StartsWith("Aspire.Hosting", type.Namespace, StringComparison.Ordinal)
        );
}
