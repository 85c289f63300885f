using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FastRebalance.UnitTests.Configuration;

/// <summary>Holds a document against the keywords of JSON Schema that the configuration's schema uses, and says where it does not fit.</summary>
internal static class SchemaCheck
{
    public static List<string> Misfits(JsonObject schema, JsonNode? document)
    {
        List<string> misfits = [];
        Check(schema, document, "", misfits);
        return misfits;
    }

    private static void Check(JsonObject schema, JsonNode? value, string path, List<string> misfits)
    {
        if (schema["oneOf"] is JsonArray kinds)
        {
            CheckKind(kinds, value, path, misfits);
            return;
        }
        string kind = schema["type"]?.GetValue<string>() ?? "any";
        if (!IsOf(kind, value))
            misfits.Add($"{path} is no {kind}");
        else if (value is JsonObject fields)
            CheckFields(schema, fields, path, misfits);
        else if (value is JsonArray items && schema["items"] is JsonObject each)
            for (int i = 0; i < items.Count; i++)
                Check(each, items[i], $"{path}[{i}]", misfits);
        else if (value is JsonValue scalar)
            CheckScalar(schema, scalar, path, misfits);
    }

    private static void CheckKind(JsonArray kinds, JsonNode? value, string path, List<string> misfits)
    {
        string? kind = (value as JsonObject)?["kind"]?.GetValue<string>();
        JsonObject? found = kinds.Select(one => one!.AsObject()).FirstOrDefault(one => one["properties"]!["kind"]!["const"]!.GetValue<string>() == kind);
        if (found is null)
            misfits.Add($"{path}.kind {kind} is none of {string.Join(", ", kinds.Select(one => one!["properties"]!["kind"]!["const"]))}");
        else
            CheckFields(found, value!.AsObject(), path, misfits);
    }

    private static void CheckFields(JsonObject schema, JsonObject fields, string path, List<string> misfits)
    {
        JsonObject properties = schema["properties"] as JsonObject ?? [];
        foreach (JsonNode? name in schema["required"] as JsonArray ?? [])
            if (!fields.ContainsKey(name!.GetValue<string>()))
                misfits.Add($"{path}.{name} is missing");
        foreach ((string name, JsonNode? value) in fields)
        {
            if (properties[name] is JsonObject known)
                Check(known, value, $"{path}.{name}", misfits);
            else if (schema["additionalProperties"] is JsonObject any)
                Check(any, value, $"{path}.{name}", misfits);
            else if (schema["additionalProperties"] is JsonValue no && !no.GetValue<bool>())
                misfits.Add($"{path}.{name} is unknown");
        }
    }

    private static void CheckScalar(JsonObject schema, JsonValue value, string path, List<string> misfits)
    {
        if (schema["const"] is { } only && only.ToJsonString() != value.ToJsonString())
            misfits.Add($"{path} is not {only}");
        if (schema["pattern"] is { } pattern && !Regex.IsMatch(value.GetValue<string>(), pattern.GetValue<string>()))
            misfits.Add($"{path} does not look like {pattern}");
        if (schema["minimum"] is { } least && Number(value) < Number(least) || schema["maximum"] is { } most && Number(value) > Number(most))
            misfits.Add($"{path} is out of range");
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static bool IsOf(string kind, JsonNode? value) => kind switch
    {
        "any" => true,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value is JsonValue text && text.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value is JsonValue flag && flag.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "integer" => value is JsonValue whole && whole.GetValueKind() == System.Text.Json.JsonValueKind.Number && Number(whole) % 1 == 0,
        _ => value is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number,
    };
}
