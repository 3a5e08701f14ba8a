namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is mounted into a container.</summary>
public enum ContainerMountType
{
    /// <summary>A folder of the host.</summary>
    BindMount = 0,

    /// <summary>A volume that the container runtime keeps.</summary>
    Volume = 1,
}
