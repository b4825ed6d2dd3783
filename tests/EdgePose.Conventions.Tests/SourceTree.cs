using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EdgePose.Conventions.Tests;

/// <summary>One project's source as the compiler reads it: which folder names which other folder's types, and how long each type is.</summary>
internal sealed class SourceTree
{
    private const string ProjectRoot = ".";
    private const string GlobalUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly Lazy<MetadataReference[]> Assemblies = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    private readonly string root;
    private readonly CSharpCompilation compilation;

    private SourceTree(string root, CSharpCompilation compilation) => (this.root, this.compilation) = (root, compilation);

    /// <summary>A use of another folder's type.</summary>
    /// <param name="From">The folder that uses it, relative to the project.</param>
    /// <param name="To">The folder that declares it.</param>
    /// <param name="Place">File and line of the use, and the type.</param>
    public sealed record Use(string From, string To, string Place);

    /// <summary>Reads a project of the house, by its name under src.</summary>
    public static SourceTree OfProject(string project)
    {
        var texts = Repository.Files(Path.Combine("src", project), ".cs").Select(file => (file, Repository.Read(file)));
        var own = Assemblies.Value.Where(assembly => Path.GetFileNameWithoutExtension(assembly.Display!) is var name && name != project && !(project == "EdgePose" && name == "edgepose"));
        return Of(Path.Combine("src", project).Replace('\\', '/'), texts, own);
    }

    /// <summary>Reads texts as a project.</summary>
    public static SourceTree Of(string root, IEnumerable<(string File, string Text)> texts, IEnumerable<MetadataReference>? references = null)
    {
        var trees = texts.Select(pair => CSharpSyntaxTree.ParseText(pair.Text, path: pair.File)).Append(CSharpSyntaxTree.ParseText(GlobalUsings));
        return new SourceTree(root, CSharpCompilation.Create("read", trees, references ?? Assemblies.Value));
    }

    /// <summary>Every use of a type of another folder, or of one of its members.</summary>
    public IEnumerable<Use> Uses()
    {
        foreach (var tree in compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            var (model, from) = (compilation.GetSemanticModel(tree), FolderOf(tree.FilePath));
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(name => !name.Ancestors().Any(node => node is UsingDirectiveSyntax)))
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
                foreach (var to in (type?.OriginalDefinition.DeclaringSyntaxReferences ?? []).Select(reference => FolderOf(reference.SyntaxTree.FilePath)).Distinct().Where(to => to != from))
                {
                    yield return new Use(from, to, $"{tree.FilePath}:{name.GetLocation().GetLineSpan().StartLinePosition.Line + 1} uses {type!.Name} of {to}");
                }
            }
        }
    }

    /// <summary>Each outermost type with the lines of all its parts together, members of nested types included.</summary>
    public IEnumerable<(string Type, int Lines)> TypeLengths() => compilation.SyntaxTrees
        .SelectMany(tree => tree.GetRoot().DescendantNodes(node => node is not BaseTypeDeclarationSyntax).OfType<BaseTypeDeclarationSyntax>())
        .GroupBy(type => $"{type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name}.{type.Identifier.Text}{(type as TypeDeclarationSyntax)?.TypeParameterList}")
        .Select(parts => (parts.Key, parts.Sum(part => part.GetLocation().GetLineSpan() is var span ? span.EndLinePosition.Line - span.StartLinePosition.Line + 1 : 0)));

    /// <summary>The uses that close a circle of folders, one for each pair of folders in it; empty when there is none.</summary>
    public static IReadOnlyList<string> Circles(IEnumerable<Use> uses)
    {
        var pairs = uses.GroupBy(use => (use.From, use.To)).ToDictionary(same => same.Key, same => same.Select(use => use.Place).ToList());
        bool Reaches(string from, string to)
        {
            var (seen, waiting) = (new HashSet<string> { from }, new Stack<string>([from]));
            while (waiting.TryPop(out var at))
            {
                foreach (var next in pairs.Keys.Where(pair => pair.From == at).Select(pair => pair.To))
                {
                    if (next == to)
                    {
                        return true;
                    }

                    if (seen.Add(next))
                    {
                        waiting.Push(next);
                    }
                }
            }

            return false;
        }

        return [.. pairs.Where(pair => Reaches(pair.Key.To, pair.Key.From)).OrderBy(pair => pair.Value.Count).Select(pair => $"{pair.Key.From} -> {pair.Key.To}, {pair.Value.Count} uses: {string.Join("; ", pair.Value.Take(5))}")];
    }

    /// <summary>A folder is the first one below the project: those in it are its own business.</summary>
    private string FolderOf(string path)
    {
        var parts = path.Replace('\\', '/')[(root.Length + 1)..].Split('/');
        return parts.Length == 1 ? ProjectRoot : parts[0];
    }
}
