using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;

namespace RagPy.Hosting.Publishing.Manifest;

/// <summary>Writes the deployment manifest, in the order and with the expressions of Aspire's own publisher (schema aspire-8.0).</summary>
internal sealed class ManifestDocument
{
    public const string FileName = "aspire-manifest.json";

    private const string Schema = "https://json.schemastore.org/aspire-8.0.json";

    private static readonly JsonWriterOptions s_options = new()
    {
        Indented = true,
        NewLine = "\n",
        // Connection strings have characters that are escaped for pages only.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Utf8JsonWriter _json;
    private readonly string _folder;
    private readonly ManifestValues _values;

    private ManifestDocument(Utf8JsonWriter json, string folder, ManifestValues values) =>
        (_json, _folder, _values) = (json, folder, values);

    /// <summary>The manifest as text.</summary>
    /// <param name="folder">Folder that the paths of project files are relative to.</param>
    /// <exception cref="DistributedApplicationException">A resource has no form in a manifest.</exception>
    public static string Write(PublishPlan plan, string folder)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, s_options))
        {
            new ManifestDocument(json, folder, new ManifestValues(plan.Model)).Write(plan);
        }

        return $"{Encoding.UTF8.GetString(stream.ToArray())}\n";
    }

    private void Write(PublishPlan plan)
    {
        _json.WriteStartObject();
        _json.WriteString("$schema", Schema);
        _json.WriteStartObject("resources");
        foreach (var resource in plan.Resources)
        {
            _json.WriteStartObject(resource.Resource.Name);
            Write(resource);
            _json.WriteEndObject();
        }

        foreach (var parameter in _values.Unlisted)
        {
            _json.WriteStartObject(parameter.Name);
            Write(parameter);
            _json.WriteEndObject();
        }

        foreach (var parameter in _values.Encoded)
        {
            _json.WriteStartObject(ManifestValues.EncodedName(parameter));
            _json.WriteString("type", "annotated.string");
            _json.WriteString("value", parameter.ValueExpression);
            _json.WriteString("filter", "uri");
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Write(ResourcePlan plan)
    {
        switch (plan.Resource)
        {
            case ParameterResource parameter:
                Write(parameter);
                break;
            case ContainerResource container:
                WriteContainer(container, plan);
                break;
            case ProjectResource project when project.TryGetLastAnnotation<ProjectPathAnnotation>(out var path):
                _json.WriteString("type", "project.v0");
                _json.WriteString("path", Relative(path.Path));
                WriteArguments(plan);
                WriteEnvironment(plan);
                WriteBindings(project);
                break;
            case ExecutableResource executable:
                _json.WriteString("type", "executable.v0");
                _json.WriteString("workingDirectory", Relative(executable.WorkingDirectory));
                _json.WriteString("command", executable.Command);
                WriteArguments(plan);
                WriteEnvironment(plan);
                WriteBindings(executable);
                break;
            case IResourceWithConnectionString value:
                _json.WriteString("type", "value.v0");
                _json.WriteString("connectionString", _values.Text(value.ConnectionStringExpression));
                break;
            default:
                throw new DistributedApplicationException(
                    $"'{plan.Resource.Name}' is a {plan.Resource.GetType().Name}, which manifests do not know."
                );
        }
    }

    private void Write(ParameterResource parameter)
    {
        _json.WriteString("type", "parameter.v0");
        _json.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        _json.WriteStartObject("inputs");
        _json.WriteStartObject("value");
        _json.WriteString("type", "string");
        if (parameter.Secret)
        {
            _json.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } fallback)
        {
            _json.WriteStartObject("default");
            WriteDefault(fallback);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteDefault(ParameterDefault fallback)
    {
        if (fallback is not GenerateParameterDefault generated)
        {
            _json.WriteString("value", fallback.GetDefaultValue());

            return;
        }

        _json.WriteStartObject("generate");
        _json.WriteNumber("minLength", generated.MinLength);
        foreach (
            var (name, allowed) in new[]
            {
                ("lower", generated.Lower),
                ("upper", generated.Upper),
                ("numeric", generated.Numeric),
                ("special", generated.Special),
            }
        )
        {
            if (!allowed)
            {
                _json.WriteBoolean(name, false);
            }
        }

        _json.WriteEndObject();
    }

    private void WriteContainer(ContainerResource container, ResourcePlan plan)
    {
        _json.WriteString("type", "container.v0");
        if (container is IResourceWithConnectionString value)
        {
            _json.WriteString("connectionString", _values.Text(value.ConnectionStringExpression));
        }

        _json.WriteString(
            "image",
            ContainerImageName.Of(container) ?? throw new DistributedApplicationException($"The container '{container.Name}' has no image.")
        );
        if (container.Entrypoint is { } entrypoint)
        {
            _json.WriteString("entrypoint", entrypoint);
        }

        WriteArguments(plan);
        WriteMounts(container);
        WriteEnvironment(plan);
        WriteBindings(container);
    }

    private void WriteMounts(ContainerResource container)
    {
        foreach (
            var (type, property, source) in new[]
            {
                (ContainerMountType.BindMount, "bindMounts", "source"),
                (ContainerMountType.Volume, "volumes", "name"),
            }
        )
        {
            var mounts = container.Annotations.OfType<ContainerMountAnnotation>().Where(mount => mount.Type == type).ToArray();
            if (mounts.Length == 0)
            {
                continue;
            }

            _json.WriteStartArray(property);
            foreach (var mount in mounts)
            {
                _json.WriteStartObject();
                if (mount.Source is not null)
                {
                    _json.WriteString(source, type == ContainerMountType.BindMount ? Relative(mount.Source) : mount.Source);
                }

                _json.WriteString("target", mount.Target);
                _json.WriteBoolean("readOnly", mount.IsReadOnly);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }
    }

    private void WriteArguments(ResourcePlan plan)
    {
        if (plan.Arguments.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("args");
        foreach (var argument in plan.Arguments)
        {
            _json.WriteStringValue(_values.Text(argument));
        }

        _json.WriteEndArray();
    }

    private void WriteEnvironment(ResourcePlan plan)
    {
        if (plan.Environment.Count == 0)
        {
            return;
        }

        _json.WriteStartObject("env");
        foreach (var (name, value) in plan.Environment)
        {
            _json.WriteString(name, _values.Text(value));
        }

        _json.WriteEndObject();
    }

    private void WriteBindings(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToArray();
        if (endpoints.Length == 0)
        {
            return;
        }

        _json.WriteStartObject("bindings");
        foreach (var endpoint in endpoints)
        {
            _json.WriteStartObject(endpoint.Name);
            _json.WriteString("scheme", endpoint.UriScheme);
            _json.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            _json.WriteString("transport", endpoint.Transport);
            if (endpoint.Port is { } port && port != endpoint.TargetPort)
            {
                _json.WriteNumber("port", port);
            }

            if (endpoint.TargetPort is { } target)
            {
                _json.WriteNumber("targetPort", target);
            }

            if (endpoint.IsExternal)
            {
                _json.WriteBoolean("external", true);
            }

            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private string Relative(string path) => Path.GetRelativePath(_folder, path).Replace('\\', '/');
}
