namespace Aspire.Hosting;

/// <summary>Which variables a reference gives.</summary>
[Flags]
public enum ReferenceEnvironmentInjectionFlags
{
    None = 0,

    /// <summary><c>ConnectionStrings__{name}</c></summary>
    ConnectionString = 1,

    /// <summary>One variable for each part of a connection string.</summary>
    ConnectionProperties = 2,

    /// <summary><c>services__{name}__{scheme}__{i}</c></summary>
    ServiceDiscovery = 4,

    /// <summary><c>{NAME}_{ENDPOINT}</c></summary>
    Endpoints = 8,

    All = ConnectionString | ConnectionProperties | ServiceDiscovery | Endpoints,
}
