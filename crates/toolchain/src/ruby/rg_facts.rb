# States facts: lines of the report, paths of the tree, exceptions.

module Rg
  # Paths as the tree has them.
  class Tree
    FOREIGN = %w[vendor/ node_modules/ .bundle/].freeze

    def initialize(root)
      @roots = [root, (File.realpath(root) rescue root)].uniq.map { |each| each.chomp("/") + "/" }
    end

    # The path from the tree's root; nothing for one outside it or in a dependency folder.
    def inside(path)
      return nil if path.to_s.start_with?("<", "(")

      full = File.expand_path(path.to_s)
      root = @roots.find { |each| full.start_with?(each) }
      return nil unless root

      rest = full[root.size..]
      foreign = FOREIGN.any? { |each| rest.start_with?(each) || rest.include?("/#{each}") }
      foreign ? nil : rest
    rescue StandardError
      nil
    end
  end

  # The report: one JSON object a line, each with the nonce, flushed at once.
  class Lines
    def initialize(path, nonce)
      @path, @nonce, @pid, @count = path, nonce, Process.pid, 0
      @file = File.open(path, "ab")
      @file.sync = true
    end

    def write(event, **facts)
      return if Process.pid != @pid

      line = { "n" => @nonce, "ev" => event }
      facts.each { |key, value| line[key.to_s] = clean(value) unless value.nil? }
      put(JSON.generate(line) + "\n")
      @count += 1
    end

    # The last line, then the end of the process: handlers of the project that rewrite exit codes
    # or write reports have no turn.
    def finish(code)
      write("end", exit: code, lines: @count + 1)
      $stdout.flush
      $stderr.flush
      exit!(code)
    end

    private

    def put(text)
      @file.write(text)
    rescue IOError, SystemCallError
      @file = File.open(@path, "ab")
      @file.sync = true
      @file.write(text)
    end

    def clean(value)
      case value
      when String then value.dup.force_encoding("UTF-8").scrub("?")[0, 4000]
      when Array then value.map { |each| clean(each) }
      when Hash then value.to_h { |key, each| [clean(key.to_s), clean(each)] }
      when Symbol then clean(value.to_s)
      else value
      end
    end
  end

  # An exception as facts.
  module Facts
    FRAME = /\A(.+?):(\d+)(?::in [`'](.*)')?\z/m

    module_function

    def of(error, tree, depth = 0)
      error = telling(error)
      facts = { "class" => error.class.name.to_s, "kinds" => kinds(error), "msg" => words(error) }
      facts["frames"] = frames(error, tree)
      facts["name"] = error.name.to_s if error.is_a?(NameError) && error.name
      facts["owner"] = owner(error) if error.is_a?(NameError)
      load_error(error, tree, facts) if error.is_a?(LoadError)
      facts["errno"] = error.errno if error.is_a?(SystemCallError)
      behind = error.cause
      facts["behind"] = of(behind, tree, depth + 1) if behind && depth < 4 && !behind.equal?(error)
      facts.compact
    end

    # Of several failures at once the one that says most: what is no expectation.
    def telling(error)
      return error unless error.respond_to?(:all_exceptions)

      all = error.all_exceptions
      plain = all.find { |each| each.class.name !~ /\ARSpec::Expectations/ }
      found = plain || all.first
      found.nil? || found.equal?(error) ? error : telling(found)
    rescue StandardError
      error
    end

    def kinds(error)
      error.class.ancestors.grep(Class).map { |each| each.name.to_s }.first(12)
    end

    # The message without what did_you_mean and error_highlight add.
    def words(error)
      text = error.respond_to?(:original_message) ? error.original_message : error.message
      text.to_s
    rescue StandardError
      ""
    end

    # Who was asked for the name that is missing.
    def owner(error)
      receiver = error.receiver
      module_name = Module.instance_method(:name)
      own = Module === receiver ? receiver : Kernel.instance_method(:class).bind(receiver).call
      name = own.ancestors.filter_map { |each| module_name.bind(each).call }.first
      name unless name.to_s.start_with?("RSpec::ExampleGroups")
    rescue StandardError
      nil
    end

    def load_error(error, tree, facts)
      path = error.path.to_s
      return if path.empty?

      inside = path.start_with?("/") ? tree.inside(path) : nil
      facts["name"] = (inside || path).sub(/\.rb\z/, "")
      facts["relative"] = true if inside
    end

    # File, line, function and whether the file is one of the tree.
    def frames(error, tree)
      (error.backtrace || []).first(400).filter_map do |frame|
        match = FRAME.match(frame.to_s) or next
        inside = tree.inside(match[1])
        [inside || match[1], match[2].to_i, match[3].to_s, !inside.nil?]
      end.first(120)
    end
  end
end
