# Names examples as the source text shows them, so that a reader of the text alone finds the same
# names: file, titles of the groups, title of the example.

module Rg
  # The titles in the source files.
  class Titles
    GROUPS = %i[describe context feature example_group xdescribe xcontext xfeature fdescribe fcontext
                ffeature experiment].freeze
    EXAMPLES = %i[it specify example scenario xit xspecify xexample xscenario fit fspecify fexample
                  fscenario focus skip pending].freeze
    SHARED = %i[it_behaves_like it_should_behave_like].freeze

    Call = Struct.new(:mid, :first, :last, :args, :block)

    # The file that defines the outermost group.
    def self.file(group)
      group.parent_groups.last.metadata[:absolute_file_path]
    end

    def initialize(tree)
      @tree, @calls, @pieces = tree, {}, {}.compare_by_identity
    end

    # Yields every example with its name. Equal names are numbered in the order of definition.
    def name(examples)
      seen = Hash.new(0)
      examples.each do |example|
        plain = plain(example)
        count = seen[plain] += 1
        yield example, count > 1 ? "#{plain}[#{count}]" : plain
      end
    end

    private

    def plain(example)
      groups = example.example_group.parent_groups.reverse
      pieces = groups.map { |group| piece(group, GROUPS + SHARED) }
      pieces << piece(example, EXAMPLES)
      file = Titles.file(example.example_group)
      titles = [@tree.inside(file) || file] + pieces.map(&:first)
      actual = pieces.filter_map(&:last)
      actual.empty? ? titles.join("::") : "#{titles.join("::")}[#{actual.join(" ")}]"
    end

    # The title as the text shows it, and the title of this case where the text is no literal.
    def piece(of, mids)
      @pieces[of] ||= find(of, mids)
    end

    def find(of, mids)
      example = mids.equal?(EXAMPLES)
      actual = (of.metadata[:description_args] || []).join(" ")
      call = call_of(of, mids, actual)
      return [example ? "\"#{actual}\"" : actual, nil] if call.nil?
      return [clip(call.block), nil] if example && call.args.empty?

      text = example ? Titles.literal(call.args.first) : Titles.joined(call.args)
      return shared(call) if SHARED.include?(call.mid)
      return [example ? "\"#{text}\"" : text, nil] if text

      raw = clip((example ? call.args.first(1) : call.args.first(2)).join(" "))
      [raw, dynamic?(raw) ? actual : nil]
    end

    def shared(call)
      text = Titles.literal(call.args.first)
      ["\"behaves like #{text || clip(call.args.first.to_s)}\"", nil]
    end

    def dynamic?(raw)
      raw.include?('#{') || !raw.start_with?('"', "'", "%", ":")
    end

    def clip(text)
      text.to_s.split.join(" ")[0, 120]
    end

    # The value of a plain literal: a string without escapes and interpolation, a symbol, a constant.
    def self.literal(text)
      case text
      when /\A"([^"\\]*)"\z/m then $1.include?('#{') ? nil : $1
      when /\A'([^'\\]*)'\z/m then $1
      when /\A:([A-Za-z_]\w*[?!]?)\z/ then $1
      when /\A(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*\z/ then text
      end
    end

    # The title of a group: its first argument and, where it is a string, its second.
    def self.joined(args)
      first, second = args
      title = literal(first.to_s)
      return title if title.nil? || second.nil? || second !~ /\A["'%]/

      more = literal(second)
      return nil if more.nil?

      glued = first =~ /\A[:A-Z]/ && first !~ /\A:[a-z_]/ && more =~ /\A(?:#|::|\.)/
      "#{title}#{glued ? "" : " "}#{more}"
    end

    def call_of(of, mids, actual)
      path, line = of.metadata[:absolute_file_path], of.metadata[:line_number]
      found = calls(path).select { |call| mids.include?(call.mid) && call.first <= line && line <= call.last }
      nearest = found.map(&:first).max
      found = found.select { |call| call.first == nearest }
      found.find { |call| [Titles.literal(call.args.first.to_s), Titles.joined(call.args)].include?(actual) } ||
        found.find { |call| Titles.joined(call.args).nil? } || found.first
    end

    def calls(path)
      @calls[path] ||= read(path)
    end

    def read(path)
      return [] unless defined?(RubyVM::AbstractSyntaxTree) && path && File.file?(path)

      lines = File.binread(path).lines
      found, nodes = [], [[RubyVM::AbstractSyntaxTree.parse_file(path), nil]]
      until nodes.empty?
        node, block = nodes.pop
        take(node, block, lines, found)
        inner = node.type == :ITER ? node.children[1] : nil
        node.children.each do |child|
          next unless child.is_a?(RubyVM::AbstractSyntaxTree::Node)

          nodes << [child, node.type == :ITER && !child.equal?(inner) ? inner : nil]
        end
      end
      found
    rescue StandardError, SyntaxError
      []
    end

    def take(node, block, lines, found)
      mid, list = case node.type
                  when :FCALL, :VCALL then node.children[0, 2]
                  when :CALL then node.children[1, 2]
                  end
      return unless (GROUPS + EXAMPLES + SHARED).include?(mid)

      list = list.children.first if list.is_a?(RubyVM::AbstractSyntaxTree::Node) && list.type == :BLOCK_PASS
      args = list.is_a?(RubyVM::AbstractSyntaxTree::Node) ? list.children.compact : []
      args = args.reject { |each| each.type == :HASH && slice(each, lines) !~ /\A\{/ }
      texts = args.map { |each| slice(each, lines) }
      last = block ? block.first_lineno : node.last_lineno
      found << Call.new(mid, node.first_lineno, last, texts, block ? slice(block, lines) : "")
    end

    def slice(node, lines)
      first, last = node.first_lineno - 1, node.last_lineno - 1
      text = if first == last
               lines[first].to_s.byteslice(node.first_column...node.last_column)
             else
               middle = lines[first + 1...last].join
               lines[first].to_s.byteslice(node.first_column..) + middle +
                 lines[last].to_s.byteslice(0...node.last_column)
             end
      text.to_s.dup.force_encoding("UTF-8").scrub("?")
    end
  end
end
