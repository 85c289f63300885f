using System.Reflection;
using System.Text;

namespace FastRebalance.UnitTests.House;

/// <summary>What an assembly offers, a line a member, always in the same order: two texts that differ are two faces.</summary>
internal static class PublicApiText
{
    private const BindingFlags Offered = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(KindOf(type)).Append(' ').Append(NameOf(type)).Append(BasesOf(type)).Append('\n');
            foreach (string member in MembersOf(type).Order(StringComparer.Ordinal))
                text.Append("  ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        foreach (FieldInfo field in type.GetFields(Offered))
            if ((field.IsPublic || field.IsFamily) && !field.IsSpecialName)
                yield return $"{(field.IsLiteral ? "const" : field.IsStatic ? "static" : "field")} {NameOf(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")}";
        foreach (PropertyInfo property in type.GetProperties(Offered))
            if (property.GetMethod is { } get ? IsOffered(get) : property.SetMethod is { } only && IsOffered(only))
                yield return $"{NameOf(property.PropertyType)} {property.Name}{ParametersOf(property.GetIndexParameters(), "[]")} {{{Accessor("get", property.GetMethod)}{Accessor("set", property.SetMethod)} }}";
        foreach (ConstructorInfo constructor in type.GetConstructors(Offered))
            if (IsOffered(constructor) && !constructor.IsStatic)
                yield return $"new{ParametersOf(constructor.GetParameters())}";
        foreach (MethodInfo method in type.GetMethods(Offered))
            if (IsOffered(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.Name.Contains('<'))
                yield return $"{(method.IsStatic ? "static " : "")}{NameOf(method.ReturnType)} {method.Name}{GenericsOf(method)}{ParametersOf(method.GetParameters())}";
    }

    private static bool IsOffered(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Accessor(string name, MethodInfo? method) => method is not null && IsOffered(method) ? $" {name};" : "";

    private static string ParametersOf(ParameterInfo[] parameters, string around = "()") =>
        parameters.Length == 0 && around == "[]" ? "" : $"{around[0]}{string.Join(", ", parameters.Select(ParameterOf))}{around[1]}";

    private static string ParameterOf(ParameterInfo parameter) =>
        $"{(parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "")}{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}";

    private static string GenericsOf(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";

    private static string KindOf(Type type) =>
        type.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsValueType ? "struct" : type.IsInterface ? "interface"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : type.IsAbstract ? "abstract class" : "class";

    private static string BasesOf(Type type)
    {
        IEnumerable<Type> bases = type.GetInterfaces().Where(static one => one.IsPublic && !NameOf(one).StartsWith("System.IEquatable", StringComparison.Ordinal));
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate))
            bases = bases.Prepend(parent);
        string[] names = [.. bases.Select(NameOf).Order(StringComparer.Ordinal)];
        return type.IsEnum || names.Length == 0 ? "" : $" : {string.Join(", ", names)}";
    }

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
            return NameOf(type.GetElementType()!);
        if (type.IsArray)
            return $"{NameOf(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return $"{NameOf(inner)}?";
        string name = type.IsGenericParameter ? type.Name : (type.FullName ?? $"{type.Namespace}.{type.Name}").Split('[')[0];
        if (!type.IsGenericType)
            return name;
        return $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }
}
