// Runs a fuzz target over the files of folders, one argument each: a plain test of what fuzzing
// found before. At least one file must be there. With the argument -seconds=N it then goes on with
// mutations of them for so long: blind to coverage, for targets that libFuzzer's compiler cannot
// build.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr char kLastInput[] = "last_fuzz_input";
constexpr std::string_view kSeconds = "-seconds=";

void Run(const std::string& content) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
}

// A few bytes changed, pieces doubled, cut or taken from another input.
std::string Mutated(const std::vector<std::string>& inputs, std::mt19937_64& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  std::string text = inputs[below(inputs.size())];
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::string& other = inputs[below(inputs.size())];
    const std::size_t at = below(text.size() + 1);
    const std::size_t from = below(other.size() + 1);
    switch (below(5)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        if (at < text.size()) text[at] = "0123456789-.eE\"{}[]:,ntf"[below(24)];
        break;
      case 2:
        text.erase(at, below(8));
        break;
      case 3:
        text.insert(at, other.substr(from, below(64)));
        break;
      default:
        text.replace(at, below(16), other.substr(from, below(32)));
    }
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> inputs;
  std::int64_t seconds = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.substr(0, kSeconds.size()) == kSeconds) {
      std::from_chars(argument.data() + kSeconds.size(), argument.data() + argument.size(),
                      seconds);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
      Run(inputs.back());
    }
  }
  std::cout << inputs.size() << " inputs\n";
  if (inputs.empty() || seconds == 0) return inputs.empty() ? 1 : 0;

  std::mt19937_64 random{std::random_device()()};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::int64_t runs = 0;
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    const std::string input = Mutated(inputs, random);
    // A crash leaves what caused it.
    std::ofstream(kLastInput, std::ios::binary | std::ios::trunc) << input;
    Run(input);
  }
  std::filesystem::remove(kLastInput);
  std::cout << runs << " mutations\n";
  return 0;
}
