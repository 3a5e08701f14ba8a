using RagPy.Hosting.Running;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>Programs of the machine that validate what is published.</summary>
internal static class Tools
{
    public static bool Has(string program) => Programs.Find(program, Repository.Root) is not null;
}
