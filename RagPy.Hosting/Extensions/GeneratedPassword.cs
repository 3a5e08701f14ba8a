using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The password of a server for which none was declared. What runs the server makes it.</summary>
internal sealed class GeneratedPassword : ParameterResource
{
    private readonly Made _made;

    /// <param name="special">Whether it may have characters that are neither letters nor digits.</param>
    public GeneratedPassword(string resource, string suffix = "password", bool special = true)
        : this(resource, suffix, special, new Made()) { }

    private GeneratedPassword(string resource, string suffix, bool special, Made made)
        : base(
            $"{resource}-{suffix}",
            _ => made.Value ?? throw new MissingParameterValueException($"The password of '{resource}' is not known before it runs."),
            secret: true
        )
    {
        Default = new GenerateParameterDefault { Special = special };
        _made = made;
    }

    /// <summary>It is known now.</summary>
    public void Settle(string value) => _made.Value = value;

    private sealed class Made
    {
        public string? Value { get; set; }
    }
}
