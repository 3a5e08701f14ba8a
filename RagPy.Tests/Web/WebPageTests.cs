using System.Net;
using System.Text.RegularExpressions;
using RagPy.Api;
using RagPy.Tests.Api;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>The pages as the server sends them, without a browser.</summary>
public sealed partial class WebPageTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static readonly string[] s_languages = ["en", "fr"];

    public static TheoryData<string, string> Pages()
    {
        var data = new TheoryData<string, string>();
        foreach (var language in s_languages)
        {
            foreach (var page in WebFixture.PageNames)
            {
                data.Add(page, language);
            }
        }

        return data;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_is_shown_in_both_languages(string page, string language)
    {
        var html = await GetAsync(web.Url(page), language);

        Assert.Contains($"<html lang=\"{language}\"", html, StringComparison.Ordinal);
        Assert.Contains(language == "fr" ? "Aller au contenu" : "Skip to the content", html, StringComparison.Ordinal);
        Assert.Contains("<title>", html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task No_page_needs_what_its_policy_forbids(string page, string language)
    {
        using var response = await SendAsync(web.Url(page), language);
        var html = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(WebHeaders.ContentSecurityPolicy, Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotMatch(InlineScript(), html);
        Assert.DoesNotMatch(InlineAttribute(), html);
        Assert.DoesNotMatch(OtherSite(), html);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Fields_have_labels_and_ids_are_unique(string page, string language)
    {
        var html = await GetAsync(web.Url(page), language);
        var ids = Id().Matches(html).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (Match field in Field().Matches(html))
        {
            var id = Id().Match(field.Value).Groups[1].Value;
            var isLabelled = html.Contains($"for=\"{id}\"", StringComparison.Ordinal) && id.Length > 0;
            Assert.True(isLabelled || field.Value.Contains("data-page-input", StringComparison.Ordinal), field.Value);
        }
    }

    [Fact]
    public async Task The_address_chooses_the_language_and_a_cookie_keeps_it()
    {
        using var chosen = await SendAsync("/?lang=fr", "en");
        var cookie = Assert.Single(chosen.Headers.GetValues("Set-Cookie"), c => c.StartsWith("ragpy-lang=fr", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept-Language", "en");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var after = await web.Host.Client.SendAsync(request, Token);

        Assert.Contains("<html lang=\"fr\"", await chosen.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("<html lang=\"fr\"", await after.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        // The choice is the visitor's alone: the client, which all tests share, keeps nothing of it.
        Assert.Contains("<html lang=\"en\"", await GetAsync("/", "en"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de, fr;q=0.5, en;q=0.3", "fr")]
    [InlineData("fr;q=0, en", "en")]
    [InlineData("ja", "en")]
    [InlineData("not a language!!", "en")]
    public async Task The_browsers_languages_are_heard_in_their_order(string accepted, string language) =>
        Assert.Contains($"<html lang=\"{language}\"", await GetAsync("/", accepted), StringComparison.Ordinal);

    [Fact]
    public async Task Markup_in_names_titles_and_queries_stays_text()
    {
        const string evil = "<img src=x onerror=alert(1)>";
        var project = await web.Host.Client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", new { name = evil, description = evil });
        var id = project.GetProperty("id").GetInt64();
        await web.Host.Client.BringInAsync(id, ($"{evil.Replace('/', ' ')}.pdf", WebFixture.Pdf($"Tides rise {evil} and fall.")));

        foreach (var url in new[] { "/", $"/projects/{id}", $"/projects/{id}/search?q={Uri.EscapeDataString("tides " + evil)}" })
        {
            var html = await GetAsync(url, "en");
            Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
            Assert.Contains("&lt;img src=x", html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/projects/987654321")]
    [InlineData("/projects/987654321/search?q=x")]
    [InlineData("/documents/6b8d5e0e-0000-4000-8000-000000000000")]
    [InlineData("/no/such/page")]
    public async Task What_is_not_there_has_a_page_that_says_so(string url)
    {
        using var response = await SendAsync(url, "fr");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(
            "Il n’y a rien ici",
            WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Token)),
            StringComparison.Ordinal
        );
        Assert.Equal(WebHeaders.ContentSecurityPolicy, Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
    }

    [Fact]
    public async Task Somebody_elses_project_is_not_there()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/projects/{web.Project}").As(987_654);
        using var response = await web.Host.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Results_show_the_passage_with_its_page_marks_and_the_label_of_the_approximate_embedding()
    {
        var html = await GetAsync(web.Url("search"), "en");

        Assert.Matches("<mark[^>]*>lighthouse</mark>", html);
        Assert.Contains("approximate", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"/documents/{web.Document}?q=lighthouse&amp;page=1&amp;chunk=0\"", html, StringComparison.Ordinal);
        Assert.Contains("data-copy=", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_in_words_alone_has_no_label_of_the_approximate_embedding() =>
        Assert.DoesNotContain("approximate", await GetAsync(web.Url("search") + "&mode=sparse", "en"), StringComparison.Ordinal);

    [Fact]
    public async Task A_range_of_years_that_is_none_is_explained() =>
        Assert.Contains("is not a range of years", await GetAsync(web.Url("search") + "&year=soon", "en"), StringComparison.Ordinal);

    [Fact]
    public async Task A_passage_that_is_no_longer_there_is_said_to_have_moved() =>
        Assert.Contains("read anew", await GetAsync($"/documents/{web.Document}?q=x&chunk=99", "en"), StringComparison.Ordinal);

    [Fact]
    public async Task Forms_make_rename_and_delete_a_project()
    {
        var made = await PostAsync("/projects", ("name", "From a form"));
        Assert.Matches("^/projects/[0-9]+$", made);
        Assert.Equal(made, await PostAsync(made, ("name", "Renamed"), ("description", "Why")));
        Assert.Contains("Why", await GetAsync(made, "en"), StringComparison.Ordinal);
        Assert.Equal("/", await PostAsync($"{made}/delete"));
        using var gone = await SendAsync(made, "en");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_in_words()
    {
        await PostAsync("/projects", ("name", "Taken"));
        var other = await PostAsync("/projects", ("name", "Free"));

        var after = await PostAsync(other, ("name", "Taken"));

        Assert.Contains("Another project has this name", await GetAsync(after, "en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_takes_another_embedder_and_store_by_its_forms_and_is_told_in_words_what_must_be_set_first()
    {
        var project = await PostAsync("/projects", ("name", "Engines"));

        var same = await PostAsync($"{project}/embedder", ("embedder", "offline-hash/1"));
        var embedder = await PostAsync($"{project}/embedder", ("embedder", "openai/text-embedding-3-large"));
        var cleanUp = await PostAsync($"{project}/cleanup", ("model", "mistral/mistral-small-latest"));
        var store = await PostAsync($"{project}/store", ("store", "qdrant"));

        Assert.Equal(project, same);
        Assert.Contains("set OPENAI_API_KEY", await GetAsync(embedder, "en"), StringComparison.Ordinal);
        Assert.Contains("set MISTRAL_API_KEY", await GetAsync(cleanUp, "en"), StringComparison.Ordinal);
        Assert.Contains("QDRANT_URL", await GetAsync(store, "en"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "role=\"alert\">",
            await GetAsync($"{project}?problem=embedder&wanted=offline-hash/1", "en"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("en", "Pages without text stay unread", "Text recognition")]
    [InlineData("fr", "Les pages sans texte ne sont pas lues", "Reconnaissance de texte")]
    public async Task A_project_chooses_what_reads_its_scans_and_its_page_says_where_they_go(string language, string off, string title)
    {
        var project = await PostAsync("/projects", ("name", $"Scans {language}"));
        Assert.Contains(title, await GetAsync(project, language), StringComparison.Ordinal);

        var chosen = await PostAsync($"{project}/ocr", ("engine", "none"), ("pages", "all"));
        var refused = await PostAsync($"{project}/ocr", ("engine", "mistral"), ("pages", "need"));

        var page = await GetAsync(chosen, language);
        Assert.Contains(off, page, StringComparison.Ordinal);
        Assert.Matches("<option value=\"none\" selected", page);
        Assert.Matches("<option value=\"all\" selected", page);
        Assert.Contains("set MISTRAL_API_KEY", await GetAsync(refused, language), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forms_of_other_sites_change_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/projects")
        {
            Content = new FormUrlEncodedContent([new("name", "Evil")]),
        };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var response = await web.Host.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain("Evil", await GetAsync("/", "en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_script_style_and_file_of_the_reader_is_served()
    {
        var root = Path.Combine(Repository.Root, "RagPy.Api", "wwwroot");
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var path = "/" + Path.GetRelativePath(root, file);
            using var response = await SendAsync(path, "en");

            Assert.True(response.StatusCode == HttpStatusCode.OK, path);
            Assert.Equal(new FileInfo(file).Length, (await response.Content.ReadAsByteArrayAsync(Token)).Length);
            Assert.Contains(WebHeaders.ContentSecurityPolicy, response.Headers.GetValues("Content-Security-Policy"));
        }

        using var worker = await SendAsync("/lib/pdfjs/pdf.worker.min.mjs", "en");
        Assert.Equal("text/javascript", worker.Content.Headers.ContentType?.MediaType);
    }

    private async Task<string> GetAsync(string url, string language)
    {
        using var response = await SendAsync(url, language);
        var html = await response.Content.ReadAsStringAsync(Token);
        var expected = url == web.Url("missing") ? HttpStatusCode.NotFound : HttpStatusCode.OK;
        Assert.True(response.StatusCode == expected, $"{url}: {(int)response.StatusCode}");

        return html;
    }

    private Task<HttpResponseMessage> SendAsync(string url, string language)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept-Language", language);
        return web.Host.Client.SendAsync(request, Token);
    }

    /// <summary>Sends a form, and tells where it leads.</summary>
    private async Task<string> PostAsync(string url, params (string Name, string Value)[] fields)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = web.Host.Address };
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await client.PostAsync(url, form, Token);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return response.Headers.Location!.OriginalString;
    }

    [GeneratedRegex("<script(?![^>]*(src=|application/json))", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("<[a-z][^>]*\\s(style|on[a-z]+)=", RegexOptions.IgnoreCase)]
    private static partial Regex InlineAttribute();

    [GeneratedRegex("(src|<link[^>]*href)=\"(https?:)?//", RegexOptions.IgnoreCase)]
    private static partial Regex OtherSite();

    [GeneratedRegex("\\sid=\"([^\"]*)\"")]
    private static partial Regex Id();

    [GeneratedRegex("<(input|select|textarea)\\b[^>]*>")]
    private static partial Regex Field();
}
