using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RagPy.Tests.Simulators;

/// <summary>Reads GraphQL queries without variables, fragments and directives (specification of October 2021, sections 2.1 to 2.9).</summary>
internal sealed class GraphQLReader
{
    private readonly string _text;
    private int _at;

    private GraphQLReader(string text) => _text = text;

    /// <summary>The fields of the query's outermost selection.</summary>
    /// <exception cref="FormatException">It is no such query.</exception>
    public static IReadOnlyList<GraphQLField> Read(string text)
    {
        var reader = new GraphQLReader(text);
        var fields = reader.Selection();
        return reader.Next() == '\0' ? fields : throw reader.Unexpected();
    }

    private List<GraphQLField> Selection()
    {
        Take('{');
        var fields = new List<GraphQLField>();
        while (!TryTake('}'))
        {
            var name = Name();
            var alias = name;
            if (TryTake(':'))
            {
                name = Name();
            }

            var arguments = TryTake('(') ? Members(')') : [];
            fields.Add(new GraphQLField(alias, name, arguments, Next() == '{' ? Selection() : []));
        }

        return fields.Count > 0 ? fields : throw new FormatException("Syntax Error GraphQL: empty selection");
    }

    private JsonObject Members(char end)
    {
        var members = new JsonObject();
        while (!TryTake(end))
        {
            var name = Name();
            Take(':');
            members.Add(name, Value());
        }

        return members;
    }

    private JsonNode? Value()
    {
        var next = Next();
        if (next is '-' or (>= '0' and <= '9'))
        {
            return Number();
        }

        switch (next)
        {
            case '"':
                return Text();
            case '[':
                _at++;
                var items = new JsonArray();
                while (!TryTake(']'))
                {
                    items.Add(Value());
                }

                return items;
            case '{':
                _at++;
                return Members('}');
            default:
                var name = Name();
                return name switch
                {
                    "true" => true,
                    "false" => false,
                    "null" => null,
                    _ => name,
                };
        }
    }

    private JsonValue Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '-' or '+' or '.' or 'e' or 'E'))
        {
            _at++;
        }

        var number = _text.AsSpan(start, _at - start);
        return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole)
            : JsonValue.Create(double.Parse(number, CultureInfo.InvariantCulture));
    }

    /// <summary>A quoted text; its escapes are those of JSON.</summary>
    private string Text()
    {
        var start = _at++;
        while (_text[_at] != '"')
        {
            if (_text[_at] is '\n' or '\r')
            {
                throw Unexpected();
            }

            _at += _text[_at] == '\\' ? 2 : 1;
        }

        _at++;
        return JsonSerializer.Deserialize<string>(_text.AsSpan(start, _at - start))!;
    }

    private string Name()
    {
        Next();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
        {
            _at++;
        }

        return _at > start && !char.IsAsciiDigit(_text[start]) ? _text[start.._at] : throw Unexpected();
    }

    /// <summary>The next character that means something; commas mean nothing.</summary>
    private char Next()
    {
        while (_at < _text.Length && (char.IsWhiteSpace(_text[_at]) || _text[_at] == ','))
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private void Take(char expected)
    {
        if (!TryTake(expected))
        {
            throw Unexpected();
        }
    }

    private bool TryTake(char expected)
    {
        if (Next() != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private FormatException Unexpected() => new($"Syntax Error GraphQL (1:{_at + 1}) Unexpected character");
}
