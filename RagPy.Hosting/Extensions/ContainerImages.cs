namespace Aspire.Hosting;

/// <summary>The images of the servers that the model knows by name, with the versions that are tried together.</summary>
internal static class ContainerImages
{
    public const string Registry = "docker.io";

    public const string Postgres = "library/postgres";
    public const string PostgresTag = "17.6";

    public const string Redis = "library/redis";
    public const string RedisTag = "8.2";

    public const string Qdrant = "qdrant/qdrant";
    public const string QdrantTag = "v1.15.5";
}
