using Microsoft.Extensions.Configuration;

namespace RagPy.Core.Settings;

/// <summary>A <c>.env</c> file as a source of configuration; <c>__</c> in a name separates sections, as in environment variables.</summary>
internal sealed class DotEnvConfigurationSource(string path) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(path);

    private sealed class Provider(string path) : ConfigurationProvider
    {
        public override void Load()
        {
            foreach (var (name, value) in DotEnvFile.Read(path))
                Data[name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] = value;
        }
    }
}
