using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace RagPy.Core.Storage;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model without a running database.</summary>
public sealed class RagPyDbContextFactory : IDesignTimeDbContextFactory<RagPyDbContext>
{
    public RagPyDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<RagPyDbContext>().UseNpgsql("Host=design-time").UseSnakeCaseNamingConvention().Options);
}
