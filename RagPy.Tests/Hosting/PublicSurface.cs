using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace RagPy.Tests.Hosting;

/// <summary>Writes down the public types and members of an assembly, as C# declares them.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static string Render(Assembly assembly)
    {
        var text = new StringBuilder();
        text.Append(
            "# Made by PublicSurfaceTests (RAGPY_UPDATE_DOCS=1): the members of Aspire's model that are kept, with Aspire's signatures; namespace RagPy.Hosting is our own.\n"
        );
        foreach (
            var space in assembly.GetExportedTypes().GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            text.Append($"\nnamespace {space.Key}\n");
            foreach (var type in space.OrderBy(Name, StringComparer.Ordinal))
            {
                Render(type, text);
            }
        }

        return text.ToString();
    }

    private static void Render(Type type, StringBuilder text)
    {
        text.Append($"\n{Kind(type)} {Name(type)}{Bases(type)}{Constraints(type.GetGenericArguments())}\n");
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
            {
                text.Append($"  {name} = {Convert.ToInt32(Enum.Parse(type, name))}\n");
            }

            return;
        }

        var members = type.GetMembers(Declared).Select(Member).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        foreach (var member in members)
        {
            text.Append($"  {member}\n");
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static string Bases(Type type)
    {
        if (type.IsEnum || type.IsValueType)
        {
            return "";
        }

        var inherited = type.GetInterfaces()
            .SelectMany(one => one.GetInterfaces())
            .Concat(type.BaseType?.GetInterfaces() ?? [])
            .ToHashSet();
        var bases = type.GetInterfaces().Where(one => !inherited.Contains(one)).Select(Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object))
        {
            bases.Insert(0, Name(parent));
        }

        return bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}";
    }

    private static string? Member(MemberInfo member) =>
        member switch
        {
            ConstructorInfo { IsPublic: true } constructor => $".ctor({Parameters(constructor)})",
            FieldInfo { IsPublic: true } field => $"{Name(field.FieldType)} {field.Name}",
            PropertyInfo property when Accessors(property) is { Length: > 0 } accessors =>
                $"{Nullable(Name(property.PropertyType), s_nullability.Create(property))} {property.Name} {{ {accessors} }}",
            MethodInfo { IsPublic: true, IsSpecialName: false } method
                when method.GetCustomAttribute<CompilerGeneratedAttribute>() is null => Method(method),
            _ => null,
        };

    private static string Accessors(PropertyInfo property)
    {
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var set = property.SetMethod is { IsPublic: true }
            ? isInit
                ? "init; "
                : "set; "
            : "";

        return $"{(property.GetMethod is { IsPublic: true } ? "get; " : "")}{set}".TrimEnd();
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var result = Nullable(Name(method.ReturnType), s_nullability.Create(method.ReturnParameter));
        var modifier = method.IsStatic ? "static " : "";

        return $"{modifier}{result} {method.Name}{generic}({Parameters(method)}){Constraints(method.IsGenericMethod ? method.GetGenericArguments() : [])}";
    }

    private static string Parameters(MethodBase method)
    {
        var extends = method.GetCustomAttribute<ExtensionAttribute>() is not null;

        return string.Join(
            ", ",
            method.GetParameters().Select((parameter, index) => $"{(extends && index == 0 ? "this " : "")}{Parameter(parameter)}")
        );
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var by =
            parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? "in "
            : "";
        var many = parameter.GetCustomAttribute<ParamArrayAttribute>() is null ? "" : "params ";
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;

        return $"{many}{by}{Nullable(Name(type), s_nullability.Create(parameter))} {parameter.Name}{Default(parameter)}";
    }

    private static string Default(ParameterInfo parameter) =>
        !parameter.HasDefaultValue ? ""
        : parameter.RawDefaultValue is null
            ? parameter.ParameterType.IsValueType && System.Nullable.GetUnderlyingType(parameter.ParameterType) is null ? " = default"
                : " = null"
        : parameter.ParameterType.IsEnum ? $" = {Enum.ToObject(parameter.ParameterType, parameter.RawDefaultValue)}"
        : parameter.RawDefaultValue is bool value
            ? value ? " = true"
                : " = false"
        : $" = {parameter.RawDefaultValue}";

    private static string Nullable(string name, NullabilityInfo info) =>
        info.Type.IsValueType || info.Type.IsGenericParameter || info.ReadState != NullabilityState.Nullable ? name : $"{name}?";

    private static string Constraints(Type[] parameters) =>
        string.Concat(
            parameters
                .Where(parameter => parameter.IsGenericParameter && parameter.GetGenericParameterConstraints().Length > 0)
                .Select(parameter =>
                    $" where {parameter.Name} : {string.Join(", ", parameter.GetGenericParameterConstraints().Select(Name))}"
                )
        );

    private static string Name(Type type)
    {
        if (System.Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }

        var simple = Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean when !type.IsEnum => "bool",
            TypeCode.Int32 when !type.IsEnum => "int",
            TypeCode.String => "string",
            _ => type == typeof(object) ? "object"
            : type == typeof(void) ? "void"
            : type.Name.Split('`')[0],
        };
        var outer = type is { IsNested: true, IsGenericParameter: false } ? $"{Name(type.DeclaringType!)}." : "";
        var arguments = type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : "";

        return $"{outer}{simple}{arguments}";
    }
}
