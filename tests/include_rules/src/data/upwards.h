#pragma once

#include "runtime/task.h"

#include <nlohmann/json.hpp>

#include <yaml-cpp/yaml.h>
