namespace RagPy.ServiceDefaults;

/// <summary>What the gateway and the services behind it say to each other.</summary>
public static class GatewayHeaders
{
    /// <summary>Carries <c>RAGPY_GATEWAY_KEY</c> to a service: the request has come through the gateway, whose word on the client holds.</summary>
    public const string Key = "X-RagPy-Gateway-Key";
}
