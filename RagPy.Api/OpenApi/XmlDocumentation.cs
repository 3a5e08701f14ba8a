using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RagPy.Api.OpenApi;

/// <summary>
/// The documentation comments of assemblies, from the XML files that the compiler writes beside them. The generator of ASP.NET Core knows those of public
/// members only; handlers and contracts are internal here.
/// </summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the files of these assemblies; one that is not there is as if it were empty.</summary>
    public static XmlDocumentation Load(params ReadOnlySpan<Assembly> assemblies)
    {
        var documentation = new XmlDocumentation();
        foreach (var assembly in assemblies)
        {
            documentation.Add(Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml"));
        }

        return documentation;
    }

    /// <summary>What a type is.</summary>
    public string? Summary(Type type) => Text(Find(KeyOf(type)), "summary");

    /// <summary>What a method does. Overloads share it.</summary>
    public string? Summary(MethodInfo method) => Text(Find(KeyOf(method)), "summary");

    /// <summary>More about a method.</summary>
    public string? Remarks(MethodInfo method) => Text(Find(KeyOf(method)), "remarks");

    /// <summary>What a parameter of a method is for.</summary>
    public string? Parameter(MethodInfo method, string name) => Parameter(Find(KeyOf(method)), name);

    /// <summary>What a property holds; the properties of a record are described as parameters of their type.</summary>
    public string? Property(Type type, string name) =>
        Text(Find($"P:{NameOf(type)}.{name}"), "summary") ?? Parameter(Find(KeyOf(type)), name);

    private void Add(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        foreach (var member in XDocument.Load(path).Descendants("member"))
        {
            // Methods are looked up without their parameters.
            _members.TryAdd(member.Attribute("name")!.Value.Split('(')[0], member);
        }
    }

    private XElement? Find(string key) => _members.GetValueOrDefault(key);

    private static string KeyOf(Type type) => "T:" + NameOf(type);

    private static string KeyOf(MethodInfo method) => $"M:{NameOf(method.DeclaringType!)}.{method.Name}";

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Parameter(XElement? member, string name) =>
        Flatten(
            member
                ?.Elements("param")
                .FirstOrDefault(param => string.Equals(param.Attribute("name")?.Value, name, StringComparison.OrdinalIgnoreCase))
        );

    private static string? Text(XElement? member, string element) => Flatten(member?.Element(element));

    /// <summary>The text in one line, code in backticks, references by their last name.</summary>
    private static string? Flatten(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var text = string.Concat(
            element
                .Nodes()
                .Select(node =>
                    node switch
                    {
                        XText plain => plain.Value,
                        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                        XElement reference when (reference.Attribute("cref") ?? reference.Attribute("name")) is { } target =>
                            $"`{target.Value.Split('.', ':')[^1]}`",
                        XElement other => other.Value,
                        _ => "",
                    }
                )
        );
        return Spaces().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
