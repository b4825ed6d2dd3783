namespace EdgePose.Cli.Tests.Documents;

/// <summary>The rules can fail: a bad page has each fault, a good one has none.</summary>
public sealed class DocumentRulesTests
{
    private const string Good =
        """
        # Good page

        A camera reconnects. See [the table](#a-table-of-keys), [another page](other.md#start) and ![a picture](pictures/p.jpg).
        The command `edgepose config check --all` counts as one word. It lists every error.

        - An item is a sentence of its own, without an end
        - The next item begins another one

        ## A table of `keys`

        | key | meaning |
        |---|---|
        | `a` | cells have no limit: a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g |

        ```sh
        edgepose replay clip.mp4 \
          --draw drawn.mp4
        ./tool.sh --fast
        sudo -u edgepose edgepose doctor
        sudo apt-get install ./edgepose.deb
        ```

        ```text
        no command is looked for here, and no anew either
        ```
        """;

    private const string Bad =
        """
        # Bad page

        This sentence goes on and on, since its writer could not decide where it ends, and so it says a second thing, and a third
        thing, and a fourth one that nobody will remember.
        The camera is knocked at, and the decoder begins anew; the log tells of it. No knocker was harmed.
        Links lead [nowhere](missing.md), [to no heading](#missing), [out of the house](../../etc/passwd). A link in code, `[x](missing.md)`, is none.
        Try `edgepose config chek` or `edgepose bench --speed`, and `./tool.sh --often` or `./gone.sh`.

        ```
        no language
        ```

        Indented:

            edgepose demo

        ```sh
        edgepose replay
        edgepose repaly clip.mp4
        edgepose watch --brokr mqtt://here
        ./missing.sh
        ./tool.sh --slow
        dotnet run --project tests/Missing
        python3 training/missing.py
        curl http://example.org
        ```

        ```bash
        ls
        ```
        """;

    [Fact]
    public void A_good_page_has_no_fault() => Assert.Empty(Faults(Good));

    [Fact]
    public void Every_kind_of_fault_is_found_with_its_line()
    {
        string[] expected =
        [
            "bad.md:3: 34 words, more than 30: *",
            "bad.md:5: 'knocked' is a story word*", "bad.md:5: 'anew' is a story word*", "bad.md:5: 'tells of' is a story word*",
            "bad.md:6: the link to missing.md finds no file", "bad.md:6: the link to #missing finds no heading",
            "bad.md:6: the link to ../../etc/passwd finds no file",
            "bad.md:7: 'config' has no command chek*", "bad.md:7: 'bench' has no option --speed*",
            "bad.md:7: ./tool.sh knows no --often*", "bad.md:7: the repository has no ./gone.sh*",
            "bad.md:9: a block of code names its language*", "bad.md:15: a block of code names its language*",
            "bad.md:18: Required argument*", "bad.md:19: *repaly*", "bad.md:20: *--brokr*",
            "bad.md:21: the repository has no ./missing.sh*", "bad.md:22: ./tool.sh knows no --slow*",
            "bad.md:23: the repository has no tests/Missing*", "bad.md:24: the repository has no training/missing.py*",
            "bad.md:25: 'curl' is neither*", "bad.md:28: 'bash': commands stand in a block*",
        ];

        var faults = Faults(Bad);

        foreach (var pattern in expected)
        {
            Assert.True(faults.Any(fault => Like(fault, pattern)), $"nothing like '{pattern}' in:\n{string.Join('\n', faults)}");
        }

        var unexpected = faults.Where(fault => !expected.Any(pattern => Like(fault, pattern)));
        Assert.Empty(unexpected);
    }

    [Theory]
    [InlineData("One two three. Four.", 3, 1)]
    [InlineData("A decimal of 1.5 and a file.json end no sentence. `Code` does begin one.", 10, 4)]
    [InlineData("A dash - is no word.", 5)]
    [InlineData("**Bold.** Then plain, \"quoted.\" And more!", 1, 3, 2)]
    public void Sentences_are_told_apart_and_counted(string text, params int[] words) =>
        Assert.Equal(words, MarkdownPage.Parse("page.md", text).Sentences.Select(sentence => MarkdownPage.Words(sentence.Text)));

    [Fact]
    public void Equal_headings_get_anchors_of_their_own()
    {
        var page = MarkdownPage.Parse("page.md", "# What is it?\n## What is it\n## `cameras[]`\n## step_1: go");

        Assert.Equal(["what-is-it", "what-is-it-1", "cameras", "step_1-go"], page.Anchors);
    }

    private static List<string> Faults(string text)
    {
        var page = MarkdownPage.Parse("bad.md", text);
        var other = MarkdownPage.Parse("other.md", "# Start");
        return
        [
            .. DocumentRules.LongSentences(page), .. DocumentRules.StoryWords(page), .. DocumentRules.CodeWithoutLanguage(page),
            .. DocumentRules.DeadLinks(page, path => path is "bad.md" or "other.md" or "pictures/p.jpg", path => path == "other.md" ? other : page),
            .. CommandLineRules.Faults(page, path => path == "tool.sh" ? "case $1 in --fast) ;;" : null),
        ];
    }

    private static bool Like(string fault, string pattern) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, fault, ignoreCase: false);
}
