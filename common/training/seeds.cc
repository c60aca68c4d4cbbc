#include "common/training/seeds.h"

#include <cstring>
#include <exception>
#include <mutex>
#include <sstream>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/core/Generator.h>

namespace clientele::training {
namespace {

// Streams of one seed.
constexpr std::uint64_t kTorchStream = 0x746f726368;
constexpr std::uint64_t kEngineStream = 0x656e67696e65;

}  // namespace

std::uint64_t DeriveSeed(std::uint64_t seed, std::uint64_t stream) {
  const auto mix = [](std::uint64_t z) {
    z += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  };
  return mix(mix(seed) ^ stream);
}

at::Generator TorchGenerator(std::uint64_t seed) { return at::detail::createCPUGenerator(seed); }

RandomSource::RandomSource(std::uint64_t seed) : engine_(DeriveSeed(seed, kEngineStream)) {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(DeriveSeed(seed, kTorchStream));
}

RandomState RandomSource::Save() const {
  RandomState state;
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  const at::Tensor bytes = generator.get_state().contiguous();
  state.torch.assign(static_cast<const char*>(bytes.data_ptr()),
                     static_cast<std::size_t>(bytes.numel()));
  std::ostringstream text;
  text << engine_;
  state.engine = std::move(text).str();
  return state;
}

absl::Status RandomSource::Restore(const RandomState& state) try {
  std::mt19937_64 engine;
  std::istringstream text(state.engine);
  text >> engine;
  if (text.fail()) return absl::InvalidArgumentError("the engine's state cannot be read");
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  if (static_cast<std::size_t>(generator.get_state().numel()) != state.torch.size()) {
    return absl::InvalidArgumentError("the state of torch's generator is of another length");
  }
  const at::Tensor bytes = at::empty({static_cast<std::int64_t>(state.torch.size())}, at::kByte);
  std::memcpy(bytes.data_ptr(), state.torch.data(), state.torch.size());
  generator.set_state(bytes);
  engine_ = engine;
  return absl::OkStatus();
} catch (const std::exception&) {
  return absl::InvalidArgumentError("the state of torch's generator cannot be restored");
}

}  // namespace clientele::training
