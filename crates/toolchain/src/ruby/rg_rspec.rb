# Runs RSpec inside its own process and writes what happens as JSON lines.
#
# Started as `ruby rg_rspec.rb ASK.json GEMFILE` in the unit's directory; GEMFILE is `-` where the
# unit has no lock file. It states facts; the adapter that reads the lines decides what they mean.

# Bundler comes before everything else: a gem that is active already could be of another version.
RG_BUNDLER =
  if ARGV[1] == "-"
    nil
  else
    begin
      ENV["BUNDLE_GEMFILE"] = File.expand_path(ARGV[1])
      ENV["BUNDLE_FROZEN"] = "true"
      home = File.join(File.dirname(ENV["BUNDLE_GEMFILE"]), "vendor", "bundle")
      ENV["BUNDLE_PATH"] ||= home if File.directory?(home)
      require "bundler"
      Bundler.setup
      nil
    rescue LoadError, StandardError => e
      ENV.delete("BUNDLE_GEMFILE")
      e.message.to_s.lines.first(3).map(&:strip).join(" ")
    end
  end

require "json"
require "timeout"
require_relative "rg_facts"
require_relative "rg_titles"

begin
  require "rspec/core"
rescue LoadError => e
  RG_MISSING = e.message
end

module Rg
  # Raised in a test that runs past its limit. No rescue of a StandardError stops it.
  class TooLong < Exception; end

  class << self
    attr_accessor :ask, :lines, :tree, :phase, :names, :last, :broken, :counted, :called

    def start(ask)
      self.ask, self.tree = ask, Tree.new(ask["tree"])
      self.lines = Lines.new(ask["report"], ask["nonce"])
      self.names, self.broken, self.called = {}.compare_by_identity, [], false
      lines.write("start", bundler: RG_BUNDLER)
    end

    def exception(error, stage)
      Facts.of(error, tree).merge("stage" => stage.to_s, "late" => error.is_a?(TooLong))
    end

    # What the example came to, said by RSpec itself.
    def done(example)
      result = example.execution_result
      lines.write("done", id: names[example] || example.full_description, status: result.status.to_s,
                          reason: result.pending_message, ms: ((result.run_time || 0) * 1000).to_i)
      self.last = names[example]
    end
  end

  # Follows one example through its hooks.
  module Following
    def run(*)
      Rg.phase = :setup
      super
    ensure
      Rg.phase = nil
    end

    def set_exception(error, *rest)
      facts = Rg.exception(error, Rg.phase || :setup)
      Rg.lines.write("raised", id: Rg.names[self], exc: facts)
      super
    end

    private

    def run_before_example(*)
      Rg.phase = :setup
      super
      Rg.phase = :call
    end

    def run_after_example(*)
      Rg.phase = :teardown
      super
    end

    def with_around_and_singleton_context_hooks(&block)
      Timeout.timeout(Rg.ask["limit_ms"] / 1000.0, TooLong) { super(&block) }
    end
  end

  # Follows the loading of files. One that fails is left out, and the others run.
  module Loading
    private

    def load_file_handling_errors(method, file)
      Rg.lines.write("loading", path: Rg.tree.inside(file) || file)
      __send__(method, file)
    rescue NoMemoryError, SignalException
      raise
    rescue Exception => e # an exit call too
      Rg.broken << File.expand_path(file)
      whole = method != :load
      Rg.lines.write("unloaded", path: Rg.tree.inside(file) || file, whole: whole,
                                 exc: Rg.exception(e, :load))
    end
  end

  # Errors outside of examples: hooks of a group's end and of the suite.
  module Reporting
    def notify_non_example_exception(error, context)
      Rg.lines.write("outside", context: context.to_s, last: Rg.last, exc: Rg.exception(error, :teardown))
      super
    end
  end

  # Hears which example begins and ends.
  class Listener
    def example_started(note)
      Rg.lines.write("begin", id: Rg.names[note.example] || note.example.full_description)
    end

    def example_passed(note)
      Rg.done(note.example)
    end
    alias example_failed example_passed
    alias example_pending example_passed

    def dump_summary(note)
      Rg.counted = [note.example_count, note.failure_count, note.pending_count,
                    note.errors_outside_of_examples_count]
    end
  end

  # One session.
  class Session
    def initialize(ask)
      @ask = ask
    end

    def run
      # RSpec takes its default directory up only under its own name.
      $PROGRAM_NAME = "rspec"
      RSpec::Core::Runner.disable_autorun!
      RSpec::Core::Example.prepend(Following)
      RSpec::Core::Configuration.prepend(Loading)
      RSpec::Core::Reporter.prepend(Reporting)
      @config, @world = RSpec.configuration, RSpec.world
      srand(1)
      @config.force(forced)
      code = session
      Rg.lines.write("loaded", outside: outside)
      Rg.lines.write("counted", counts: Rg.counted)
      Rg.lines.finish(code)
    end

    private

    def session
      runner = RSpec::Core::Runner.new(RSpec::Core::ConfigurationOptions.new(arguments))
      runner.configure($stderr, File.open(File::NULL, "w"))
      return 1 if Rg.broken.any?

      @config.load_spec_files
      # What the options file said was forced too.
      @config.force(forced)
      @world.wants_to_quit = false
      @world.announce_filters
      arrange
      @config.reporter.register_listener(Listener.new, :example_started, :example_passed,
                                         :example_failed, :example_pending, :dump_summary)
      runner.run_specs(@world.ordered_example_groups)
    end

    def forced
      order = @ask["shuffle"] ? "rand:#{@ask["shuffle"]}" : "defined"
      { order: order, fail_fast: false, dry_run: false, fail_if_no_examples: false,
        failure_exit_code: 1, error_exit_code: 1, only_failures: false, profile_examples: false,
        example_status_persistence_file_path: nil, color: false, color_mode: :off }
    end

    # The project's own options file alone: neither the user's nor the machine's counts.
    def arguments
      files = @ask["files"].select { |file| File.file?(file) }
      files = [@ask["nothing"]] if files.empty? && !@ask["whole"]
      own = File.file?(".rspec") ? ".rspec" : @ask["options"]
      ["--options", own, "--format", "RgQuiet", *files]
    end

    # Names every example, picks what was asked, and adds the canary.
    def arrange
      @world.example_groups.reject! { |group| Rg.broken.include?(Titles.file(group)) }
      naming = Titles.new(Rg.tree)
      kept, other = [], []
      examples = @world.all_examples
      naming.name(examples) { |example, name| Rg.names[example] = name }
      examples.each do |example|
        name = Rg.names[example]
        next unless wanted?(name)

        @world.filtered_examples[example.example_group].include?(example) ? kept << example : other << name
      end
      keep(@ask["fails"] ? [] : kept)
      canary
      listed = kept.map { |each| [Rg.names[each], each.metadata[:line_number].to_i] }
      Rg.lines.write("collected", tests: @ask["fails"] ? [] : listed, other: other)
    end

    def wanted?(name)
      asked = @ask["tests"]
      return true if asked.nil?

      asked.any? { |each| name == each || name.start_with?("#{each}[", "#{each}::") }
    end

    def keep(examples)
      kept = {}.compare_by_identity
      examples.each { |each| kept[each] = true }
      @world.all_example_groups.each do |group|
        @world.filtered_examples[group] = group.examples.select { |each| kept[each] }
        group.instance_variable_set(:@descendant_filtered_examples, nil)
      end
    end

    # A test of our own: one that must pass, or one that must fail.
    def canary
      fails = @ask["fails"]
      group = RSpec.describe("redgreen canary") do
        it(Rg.ask["canary"]) do
          Rg.called = true
          Rg.lines.write("called")
          raise Rg.ask["canary"] if fails
        end
      end
      Rg.names[group.examples.first] = @ask["canary"]
      @world.filtered_examples[group] = group.examples
    end

    # The project's own files that were loaded from outside although the tree has them.
    def outside
      found = $LOADED_FEATURES.select { |path| path.end_with?(".rb") && Rg.tree.inside(path).nil? }
      found.filter_map do |path|
        rest = path[%r{.*/lib/(.+)\z}, 1]
        own = rest && @ask["own"].include?(rest[%r{\A[^/.]+}])
        [rest, path] if own && File.file?(File.join("lib", rest))
      end.first(20)
    end
  end
end

# Prints nothing: the lines are the report.
class RgQuiet
  def initialize(*); end
end

if $PROGRAM_NAME == __FILE__
  Rg.start(JSON.parse(File.read(ARGV[0], encoding: "UTF-8")))
  ARGV.clear
  if defined?(RG_MISSING)
    Rg.lines.write("missing", what: "rspec-core", why: RG_MISSING)
    exit!(4)
  end
  RSpec::Core::Formatters.register(RgQuiet) if RSpec::Core::Formatters.respond_to?(:register)
  Rg::Session.new(Rg.ask).run
end
