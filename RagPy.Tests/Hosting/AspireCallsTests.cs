using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Aspire.Hosting;
using RagPy.Hosting;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>
/// Stands in for a build with Aspire's packages, which are not to be had here: whatever the compiled AppHost calls is either in the listing of Aspire's public members,
/// with the same names of parameters, or in a file that such a build compiles itself.
/// </summary>
public sealed class AspireCallsTests
{
    private const string OurNamespace = "RagPy.Hosting";

    /// <summary>Called through what C# makes of the source, and known to .NET rather than to a listing.</summary>
    private static readonly string[] s_language = [".ctor", "AppendLiteral", "AppendFormatted", "Invoke"];

    /// <summary>The listing has the class of the first without its members, and the parameters of the second by type alone.</summary>
    private static readonly string[] s_abridged = ["QdrantServerResource.get_ApiKeyParameter", "CommandResults.Failure"];

    [Fact]
    public void Every_member_that_the_AppHost_calls_is_one_of_Aspires()
    {
        var path = Path.Combine(SharedFolder.Path, "reference", "aspire-hosting-api.md");
        Assert.SkipUnless(File.Exists(path), "The listing of Aspire's members is not here.");
        var listing = File.ReadAllLines(path);
        var called = Calls()
            .Where(call => call.Type.Namespace != OurNamespace && !s_abridged.Contains($"{call.Type.Name}.{call.Name}"))
            .ToArray();

        Assert.True(called.Length > 30, $"Only {called.Length} calls were found.");
        Assert.All(
            called,
            call =>
                Assert.True(
                    Overloads(call).Any(method => listing.Any(line => IsIn(line, call, method))),
                    $"{call.Type.Name}.{call.Name} is not in the listing with its parameters."
                )
        );
    }

    [Fact]
    public void What_is_our_own_is_compiled_in_both_builds()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Root, "RagPy.AppHost", "RagPy.AppHost.csproj"));
        var ours = Calls().Where(call => call.Type.Namespace == OurNamespace).Select(call => call.Type).Distinct().ToArray();

        Assert.Contains(typeof(ResourceLimits), ours);
        Assert.All(
            ours,
            type =>
                Assert.Contains(
                    Directory.EnumerateFiles(Path.Combine(Repository.Root, "RagPy.Hosting", "Extensions")),
                    file =>
                        project.Contains($"Extensions/{Path.GetFileName(file)}", StringComparison.Ordinal)
                        && File.ReadAllText(file).Contains($" {type.Name}", StringComparison.Ordinal)
                )
        );
    }

    /// <summary>Properties are named with their type somewhere; methods stand with all their parameters on one line, but for the receiver.</summary>
    private static bool IsIn(string line, Call call, MethodBase method)
    {
        var name = call.Name is ['g' or 's', 'e', 't', '_', ..] ? call.Name[4..] : call.Name;
        if (!line.Contains(name, StringComparison.Ordinal))
        {
            return false;
        }

        return name != call.Name
            || method
                .GetParameters()
                .Skip(method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute)) ? 1 : 0)
                .All(parameter => line.Contains(parameter.Name!, StringComparison.Ordinal));
    }

    private static IEnumerable<MethodBase> Overloads(Call call) =>
        call
            .Type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(method => method.Name == call.Name && method.GetParameters().Length == call.Parameters);

    private static List<Call> Calls()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "RagPy.AppHost", configuration, "RagPy.AppHost.dll");
        var hosting = typeof(DistributedApplication).Assembly;
        using var file = new PEReader(File.OpenRead(program));
        var metadata = file.GetMetadataReader();
        var calls = new List<Call>();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (
                member.GetKind() == MemberReferenceKind.Method
                && member.Parent.Kind == HandleKind.TypeReference
                && metadata.GetString(member.Name) is var name
                && !s_language.Contains(name)
                && TypeOf(metadata, (TypeReferenceHandle)member.Parent, hosting) is { } type
            )
            {
                calls.Add(new Call(type, name, ParameterCount(metadata, member)));
            }
        }

        return calls;
    }

    private static Type? TypeOf(MetadataReader metadata, TypeReferenceHandle handle, Assembly hosting)
    {
        var reference = metadata.GetTypeReference(handle);

        return reference.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? hosting.GetType($"{metadata.GetString(reference.Namespace)}.{metadata.GetString(reference.Name)}")
            : null;
    }

    /// <summary>Of the signature's blob: flags, number of type parameters if generic, number of parameters (ECMA-335, II.23.2.2).</summary>
    private static int ParameterCount(MetadataReader metadata, MemberReference member)
    {
        var signature = metadata.GetBlobReader(member.Signature);
        if (signature.ReadSignatureHeader().IsGeneric)
        {
            signature.ReadCompressedInteger();
        }

        return signature.ReadCompressedInteger();
    }

    private sealed record Call(Type Type, string Name, int Parameters);
}
